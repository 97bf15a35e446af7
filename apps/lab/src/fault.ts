/** What can be broken in an instance on purpose; an instance holds at most one fault of each kind. */
export type Fault =
  | { readonly kind: "errors"; /** The share of requests that answer 500. */ readonly ratio: number }
  | {
      readonly kind: "latency";
      readonly addedMs: number;
      /** The share of requests that are delayed. */
      readonly ratio: number;
    }
  | {
      readonly kind: "saturation";
      /** How long each request has an instance's only worker for itself. */ readonly workMs: number;
    }
  | { readonly kind: "crash" };

/** A released version; `defect` is a bug that fails this share of the requests. */
export type Release = { readonly version: string; readonly defect?: { readonly errors: number } | undefined };

/** What the faults in force do to one request. */
export type FaultOutcome = { readonly delayMs: number; readonly fail: boolean };

/** Rolls the dice for one request; `random` returns numbers in [0, 1). */
export function faultOutcome(faults: readonly Fault[], random: () => number): FaultOutcome {
  let delayMs = 0;
  let fail = false;
  for (const fault of faults) {
    if (fault.kind === "errors") fail = random() < fault.ratio;
    else if (fault.kind === "latency" && random() < fault.ratio) delayMs = fault.addedMs;
  }
  return { delayMs, fail };
}

/** Adds faults to those in force; one of the same kind takes the place of the former. */
export function mergeFaults(inForce: readonly Fault[], added: readonly Fault[]): readonly Fault[] {
  const byKind = new Map([...inForce, ...added].map((fault) => [fault.kind, fault]));
  return [...byKind.values()];
}

/** Says a fault in words: `errors 40 %`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "errors":
      return `errors ${percentText(fault.ratio)}`;
    case "latency":
      return fault.ratio === 1
        ? `latency +${fault.addedMs} ms`
        : `latency +${fault.addedMs} ms on ${percentText(fault.ratio)}`;
    case "saturation":
      return `saturation, ${fault.workMs} ms for each request`;
    case "crash":
      return "crash";
  }
}

/** Says a share in per cent without needless digits: 0.4 is `40 %`. */
export function percentText(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`;
}
