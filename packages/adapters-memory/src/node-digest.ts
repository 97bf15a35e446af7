import { createHash } from "node:crypto";

import type { Digest } from "@plimsoll/core";

import { canonicalJson } from "./canonical-json.js";

/** Makes the digest that every adapter and use-case shares: SHA-256 of canonical JSON, by Node's own crypto. */
export function createNodeDigest(): Digest {
  return { digest: async (value) => createHash("sha256").update(canonicalJson(value), "utf8").digest("hex") };
}
