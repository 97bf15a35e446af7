import {
  automaticRunWords,
  type AutomaticRunReason,
  type AutomaticStanding,
  type RecordedAutomaticRun,
  type Runbook,
  type StoredKillSwitch,
} from "@plimsoll/core";
import type { AutomaticDecisionBody, AutomaticStandingBody, AutomationBody } from "../schemas/automation-schemas.js";
import { defined, iso } from "./slo-body.js";

/** Writes whether the engine may start a runbook by itself. */
export function automaticStandingBody({ reasons, starts }: AutomaticStanding): AutomaticStandingBody {
  return { starts, reasons: reasons.map(reasonBody) };
}

/** Writes a decision on a run that nobody asked for. */
export function automaticDecisionBody(decision: RecordedAutomaticRun): AutomaticDecisionBody {
  const { approvals, atMs, reasons, runbookIds, runId, starts } = decision;
  return {
    at: iso(atMs),
    starts,
    runbooks: [...runbookIds],
    ...defined({ runId }),
    approvals: [...approvals],
    words: automaticRunWords(decision),
    reasons: reasons.map(reasonBody),
  };
}

/** Writes how the kill switch stands, and each runbook of level 4. */
export function automationBody(
  killSwitch: StoredKillSwitch,
  runbooks: readonly { readonly runbook: Runbook; readonly standing: AutomaticStanding }[],
): AutomationBody {
  return {
    killSwitch: switchBody(killSwitch),
    runbooks: runbooks.map(({ runbook: { id, title }, standing }) => ({
      id,
      title,
      ...automaticStandingBody(standing),
    })),
  };
}

function switchBody(state: StoredKillSwitch): AutomationBody["killSwitch"] {
  const version = defined({ version: state.version });
  switch (state.kind) {
    case "released":
      return { state: "released", ...version };
    case "engaged":
      return { state: "engaged", by: state.by, at: iso(state.atMs), reason: state.reason, ...version };
    case "unreadable":
      return { state: "unreadable", reason: state.reason, ...version };
  }
}

function reasonBody({ about, ...reason }: AutomaticRunReason): AutomaticStandingBody["reasons"][number] {
  return { ...reason, about: [...about] };
}
