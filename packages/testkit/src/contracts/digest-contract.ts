import type { Digest, Json } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** A digest; it has no world. */
export type DigestHarness = ClosableHarness & { readonly digest: Digest };

/** The promises of a `Digest`. */
export const digestContract: PortContract<DigestHarness> = {
  port: "Digest",
  cases: [
    {
      // Figures: `printf '%s' '{}' | sha256sum`, and the same for the other text.
      name: "is the SHA-256 of the JSON text, in lower-case hex",
      async run({ digest }) {
        const empty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        ensureEqual(await digest.digest({}), empty, "digest of {}");
        const text = "6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25";
        ensureEqual(await digest.digest("abc"), text, 'digest of "abc"');
      },
    },
    {
      name: "does not depend on the order of an object's members",
      async run({ digest }) {
        await ensureSameDigest(digest, { a: 1, b: 2 }, { b: 2, a: 1 });
      },
    },
    {
      name: "does not depend on the order of members deep inside",
      async run({ digest }) {
        await ensureSameDigest(
          digest,
          { list: [{ a: 1, b: { c: 1, d: 2 } }] },
          { list: [{ b: { d: 2, c: 1 }, a: 1 }] },
        );
      },
    },
    {
      name: "takes a member that is undefined as absent",
      async run({ digest }) {
        await ensureSameDigest(digest, { a: 1, b: undefined }, { a: 1 });
      },
    },
    {
      name: "depends on the order of a list",
      async run({ digest }) {
        ensure((await digest.digest([1, 2])) !== (await digest.digest([2, 1])), "[1,2] and [2,1] have one digest");
      },
    },
    {
      name: "tells values of different kinds apart",
      async run({ digest }) {
        const values: readonly Json[] = [1, "1", [1], { 1: 1 }, null, "null", true, "true", false, ""];
        const digests = await Promise.all(values.map((value) => digest.digest(value)));
        ensureEqual(new Set(digests).size, values.length, `different digests of ${JSON.stringify(values)}`);
      },
    },
    {
      // printf '%s' '"Größe 📈"' | sha256sum
      name: "hashes text as UTF-8",
      async run({ digest }) {
        const expected = "34997a11d5d5133cde761986da3cf5b0e9723f58db75d697598e7bea7dc52e51";
        ensureEqual(await digest.digest("Größe 📈"), expected, "digest of text beyond ASCII");
      },
    },
  ],
};

async function ensureSameDigest(digest: Digest, left: Json, right: Json): Promise<void> {
  const [first, second] = await Promise.all([digest.digest(left), digest.digest(right)]);
  ensureEqual(second, first, `digest of ${JSON.stringify(right)}, which is the same value as ${JSON.stringify(left)}`);
}
