import { createHash } from "node:crypto";

import type { Json } from "@plimsoll/core";

import type { DigestHarness } from "../contracts/digest-contract.js";
import type { Broken } from "./broken.js";

type Form = {
  readonly keys: (keys: readonly string[], depth: number) => readonly string[];
  readonly list: (texts: readonly string[]) => readonly string[];
  readonly absent: (value: unknown) => boolean;
};

const RIGHT: Form = {
  keys: (keys) => keys.toSorted(),
  list: (texts) => texts,
  absent: (value) => value === undefined,
};

/** SHA-256 over JSON written in a right or a wrong form. */
export const brokenDigests: Broken<DigestHarness> = {
  right: () => digestThat(RIGHT),
  flawed: {
    "is the SHA-256 of the JSON text, in lower-case hex": () => {
      const { digest } = digestThat(RIGHT).digest;
      // Upper case on ASCII only, so that text beyond ASCII is still right.
      const isAscii = (value: Json): boolean => /^[ -~]*$/.test(JSON.stringify(value));
      return {
        digest: { digest: async (value) => (isAscii(value) ? (await digest(value)).toUpperCase() : digest(value)) },
      };
    },
    "does not depend on the order of an object's members": () =>
      digestThat({ ...RIGHT, keys: (keys, depth) => (depth === 0 ? keys : keys.toSorted()) }),
    "does not depend on the order of members deep inside": () =>
      digestThat({ ...RIGHT, keys: (keys, depth) => (depth === 0 ? keys.toSorted() : keys) }),
    "takes a member that is undefined as absent": () => digestThat({ ...RIGHT, absent: () => false }),
    "depends on the order of a list": () => digestThat({ ...RIGHT, list: (texts) => texts.toSorted() }),
    "tells values of different kinds apart": () => {
      const { digest } = digestThat(RIGHT).digest;
      return { digest: { digest: async (value) => digest(value === "true" ? true : value) } };
    },
    "hashes text as UTF-8": () => digestThat(RIGHT, "latin1"),
  },
};

function digestThat(form: Form, encoding: "utf8" | "latin1" = "utf8"): DigestHarness {
  return {
    digest: {
      digest: async (value) =>
        createHash("sha256")
          .update(write(value, form, 0), encoding)
          .digest("hex"),
    },
  };
}

function write(value: Json | undefined, form: Form, depth: number): string {
  if (Array.isArray(value)) return `[${form.list(value.map((item: Json) => write(item, form, depth + 1))).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = value as { readonly [key: string]: Json | undefined };
  const texts = form
    .keys(Object.keys(members), depth)
    .filter((key) => !form.absent(members[key]))
    .map((key) => `${JSON.stringify(key)}:${write(members[key], form, depth + 1)}`);
  return `{${texts.join(",")}}`;
}
