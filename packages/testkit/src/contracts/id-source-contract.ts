import type { IdSource } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** An id source and the time that its ids sort by. */
export type IdSourceHarness = ClosableHarness & {
  readonly ids: IdSource;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
};

const MANY = 5_000;

/** The promises of an `IdSource`. */
export const idSourceContract: PortContract<IdSourceHarness> = {
  port: "IdSource",
  cases: [
    {
      name: "never makes the same id twice",
      async run({ ids }) {
        const made = Array.from({ length: MANY }, () => ids.next());
        ensureEqual(new Set(made).size, MANY, "different ids");
      },
    },
    {
      name: "makes ids at one instant that sort in the order in which they were made",
      async run({ ids }) {
        const made = Array.from({ length: 200 }, () => ids.next());
        made.forEach((id, index) => {
          const before = made[index - 1];
          ensure(
            before === undefined || before <= id,
            `"${id}" sorts before "${String(before)}", which was made first`,
          );
        });
      },
    },
    {
      name: "makes ids that sort by time",
      async run({ ids, advance }) {
        // From under a second to over a month: an id that packs its time badly turns over somewhere between.
        for (const passedMs of [1, 999, 60_000, 86_400_000, 40 * 86_400_000]) {
          const before = ids.next();
          await advance(passedMs);
          const after = ids.next();
          ensure(before <= after, `"${after}" was made ${passedMs} ms after "${before}" and sorts before it`);
        }
      },
    },
    {
      name: "makes ids that fit in a URL and in a log line",
      async run({ ids }) {
        const id = ids.next();
        ensure(/^[\w.-]{1,64}$/u.test(id), `"${id}" is not 1 to 64 letters, digits, dots, hyphens and underscores`);
      },
    },
  ],
};
