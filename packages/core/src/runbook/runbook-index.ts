import type { Runbook } from "./runbook.js";

/** Runbooks by what somebody sees who needs them. */
export type RunbookIndex = ReadonlyMap<string, readonly Runbook[]>;

/** A runbook that fits what is seen. */
export type FittingRunbook = {
  readonly runbook: Runbook;
  /** Which of its symptoms are seen, as it names them. */
  readonly symptoms: readonly string[];
};

/** Makes the index. A symptom is the same in any case, and with any space around it. */
export function indexRunbooks(runbooks: Iterable<Runbook>): RunbookIndex {
  const index = new Map<string, Runbook[]>();
  for (const runbook of runbooks) {
    for (const symptom of new Set(runbook.symptoms.map(keyOf))) {
      index.set(symptom, [...(index.get(symptom) ?? []), runbook]);
    }
  }
  return index;
}

/**
 * Finds the runbooks that name something of what is seen: those that name most of it first, then the most automated, then
 * by id.
 */
export function fittingRunbooks(index: RunbookIndex, seen: Iterable<string>): readonly FittingRunbook[] {
  const keys = new Set([...seen].map(keyOf));
  const found = new Set([...keys].flatMap((key) => index.get(key) ?? []));
  return [...found]
    .map((runbook) => ({ runbook, symptoms: runbook.symptoms.filter((symptom) => keys.has(keyOf(symptom))) }))
    .toSorted(
      (a, b) =>
        b.symptoms.length - a.symptoms.length ||
        b.runbook.level - a.runbook.level ||
        (a.runbook.id < b.runbook.id ? -1 : 1),
    );
}

function keyOf(symptom: string): string {
  return symptom.trim().toLowerCase();
}
