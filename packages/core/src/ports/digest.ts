import type { Json } from "../errors/json.js";

/** Computes the SHA-256 of canonical JSON (keys sorted, no white space), in lower-case hex. */
export interface Digest {
  digest(value: Json): Promise<string>;
}
