import type { CheckVerdict, SliSource, StepOutcome } from "@plimsoll/core";
import { createFakeStepRunner } from "@plimsoll/testkit";

/** A system whose card provider can fail, and what can be done about it over HTTP. */
export type Shop = {
  readonly stepRunner: ReturnType<typeof createFakeStepRunner>;
  /** Counts 1,000 payments in each slice; of those before the shift, 3 failed. */
  readonly source: SliSource;
  /** Takes the payments of the slice that is over. */
  sell(sliceFromMs: number): void;
  failProvider(): void;
  /** What was done to it, since it was last asked. */
  changes(): readonly string[];
};

const PAYMENTS = 1_000;
const USUALLY_BAD = 3;

/** Makes a shop in which 99.7 % of payments succeed. */
export function createShop(sliceMs: number): Shop {
  const routing = { retries: 0, fallback: 0 };
  const changed: string[] = [];
  const failed = new Map<number, number>();
  let failing = false;
  // What the second provider does not take goes to the first, of which half fails, or with a second try 15 %.
  const bad = (): number => {
    if (!failing) return USUALLY_BAD;
    const lost = routing.retries > 0 ? 150 : 500;
    return routing.fallback === 0.5 ? 50 : Math.round(lost * (1 - routing.fallback));
  };
  const successRatio = (): number => (PAYMENTS - bad()) / PAYMENTS;
  const put = (body: unknown): StepOutcome => {
    const before = successRatio();
    Object.assign(routing, body);
    changed.push(`${JSON.stringify(body)}: ${percent(before)} -> ${percent(successRatio())}`);
    return { kind: "succeeded", summary: `${percent(successRatio())} of payments succeed` };
  };
  const look = (above: number): CheckVerdict => ({
    verdict: successRatio() > above ? "holds" : "fails",
    saw: `${percent(successRatio())} of payments succeed`,
  });
  return {
    source: {
      async read({ fromMs, toMs }) {
        const slices = Array.from({ length: (toMs - fromMs) / sliceMs }, (_, index) => fromMs + index * sliceMs);
        const samples = slices.map((atMs) => {
          const good = PAYMENTS - (failed.get(atMs) ?? USUALLY_BAD);
          return {
            fromMs: atMs,
            toMs: atMs + sliceMs,
            measurement: { kind: "counts" as const, good, total: PAYMENTS },
          };
        });
        return { kind: "read", samples, watermarkMs: toMs, setAside: [], notes: [] };
      },
    },
    sell: (sliceFromMs) => void failed.set(sliceFromMs, bad()),
    failProvider: () => void (failing = true),
    changes: () => changed.splice(0),
    stepRunner: createFakeStepRunner({
      run: ({ action }) => put(action.kind === "http" ? action.call.body : {}),
      check: ({ check }) => look(check.kind === "http" ? (check.json?.above ?? 0) : 0),
    }),
  };
}

export function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}
