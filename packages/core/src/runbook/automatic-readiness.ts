import { against, type AutomaticRunReason } from "./automatic-run.js";
import { lintRunbook, type LintOptions, type RunbookFinding } from "./lint-runbook.js";
import { planRunbook } from "./plan-runbook.js";
import { rehearsalStanding } from "./rehearsal-standing.js";
import { rehearseRunbook, type Rehearsal } from "./rehearse-runbook.js";
import type { Runbook } from "./runbook.js";

/** What a runbook is held against before the engine may start it. */
export type ReadinessOptions = Omit<LintOptions, "checkLink"> & {
  /** By the runbook's id. */
  readonly rehearsals: ReadonlyMap<string, readonly Rehearsal[]>;
  /** What cannot be told from where it is asked, such as the names of remediators; never against it then. */
  readonly unheld?: ReadonlySet<RunbookFinding["code"]>;
};

/** What a person who starts a run may know how to deal with, and the engine does not. */
const UNSOUND: ReadonlySet<RunbookFinding["code"]> = new Set([
  "no-health-check",
  "unknown-remediator",
  "unknown-fleet",
  "shell-not-allowed",
]);

/**
 * Finds what of a runbook itself stands against the engine starting it: its rehearsals, which are played here and now, and
 * what lint finds in it and in the runbooks that it runs. An empty answer is one that the engine may start.
 */
export async function automaticReadiness(
  runbook: Runbook,
  options: ReadinessOptions,
): Promise<readonly AutomaticRunReason[]> {
  const plan = planRunbook(runbook, { library: options.library });
  return [
    ...rehearsalReasons(runbook, options),
    ...(plan.ok ? [] : plan.error.map(({ message }) => against("unplannable", message, [runbook.id]))),
    ...(await unsoundReasons(runbook, options)),
  ];
}

function rehearsalReasons(
  runbook: Runbook,
  { library, nowMs, rehearsals }: ReadinessOptions,
): readonly AutomaticRunReason[] {
  const { id } = runbook;
  const played = (rehearsals.get(id) ?? []).map((rehearsal) => {
    const outcome = rehearseRunbook(runbook, rehearsal, library);
    return { name: rehearsal.name, passed: outcome.ok && outcome.value.passed };
  });
  const failed = played.filter(({ passed }) => !passed).map(({ name }) => name);
  return [
    ...standingReasons(runbook, nowMs),
    ...(played.length === 0
      ? [against("rehearsal-missing", `${id} has no rehearsal that can be played. Write one into its file.`, [id])]
      : []),
    ...failed.map((name) =>
      against("rehearsal-failed", `The rehearsal "${name}" of ${id} fails. See plimsoll runbook rehearse ${id}.`, [
        id,
        name,
      ]),
    ),
  ];
}

function standingReasons(runbook: Runbook, nowMs: number): readonly AutomaticRunReason[] {
  const { id } = runbook;
  switch (rehearsalStanding(runbook, nowMs)) {
    case "fresh":
      return [];
    case "stale":
      return [
        against("rehearsal-stale", `The last rehearsal of ${id} is older than it may be. Rehearse it again.`, [id]),
      ];
    case "never":
      return [against("rehearsal-missing", `${id} was never rehearsed. Rehearse it, and write down when.`, [id])];
    case "ahead":
      return [
        against("rehearsal-missing", `The last rehearsal of ${id} is noted for a day that is yet to come.`, [id]),
      ];
  }
}

async function unsoundReasons(
  runbook: Runbook,
  { unheld = new Set(), ...options }: ReadinessOptions,
): Promise<readonly AutomaticRunReason[]> {
  const reached = withSubRunbooks(runbook, options.library);
  const found = (await Promise.all(reached.map((one) => lintRunbook(one, options)))).flat();
  return found
    .filter(({ code }) => !unheld.has(code))
    .filter((finding) => isUnsound(finding, { runbook, found }))
    .map(({ message, runbookId, stepId }) =>
      against("unsound", message, stepId === undefined ? [runbookId] : [runbookId, stepId]),
    );
}

function isUnsound(
  { code, runbookId, stepId }: RunbookFinding,
  { found, runbook }: { readonly runbook: Runbook; readonly found: readonly RunbookFinding[] },
): boolean {
  // The whole run stops by the check of its own runbook; one that it runs needs none.
  if (code === "no-health-check") return runbookId === runbook.id;
  // A dangerous step that a person agrees to, or that can be taken back, is a runbook's own affair.
  if (code === "dangerous-without-approval") {
    return found.some(
      (other) => other.code === "dangerous-without-undo" && other.runbookId === runbookId && other.stepId === stepId,
    );
  }
  return UNSOUND.has(code);
}

function withSubRunbooks(runbook: Runbook, library: ReadonlyMap<string, Runbook>): readonly Runbook[] {
  const reached = new Map([[runbook.id, runbook]]);
  // A map that grows while it is gone through is gone through to its new end, and a circle ends by itself.
  for (const { steps } of reached.values()) {
    for (const { action } of steps) {
      const sub = action.kind === "runbook" ? library.get(action.runbook) : undefined;
      if (sub !== undefined && !reached.has(sub.id)) reached.set(sub.id, sub);
    }
  }
  return [...reached.values()];
}
