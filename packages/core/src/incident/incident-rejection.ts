import type { Evidence, EvidenceEntry } from "./evidence.js";
import type { IncidentCommand } from "./incident-command.js";
import { allowedMoves, type IncidentMove, type IncidentStatus } from "./incident-lifecycle.js";
import type { IncidentState } from "./incident.js";
import { utcWords } from "./instant-words.js";
import type { IncidentRole } from "./people/role.js";

/** Why a command gave nothing: a value, never a throw. `message` says what was found, expected, and what to do. */
export type IncidentRejection = { readonly message: string } & (
  | { readonly code: "not-declared"; readonly command: IncidentCommand["type"] }
  | { readonly code: "already-declared"; readonly incidentId: string }
  | {
      readonly code: "move-not-allowed";
      readonly incidentId: string;
      readonly status: IncidentStatus;
      readonly command: IncidentCommand["type"];
      readonly allowed: readonly IncidentMove[];
    }
  | {
      readonly code: "version-mismatch";
      readonly incidentId: string;
      readonly expectedVersion: number;
      readonly presentVersion: number;
    }
  | { readonly code: "empty-text"; readonly field: string }
  | { readonly code: "foreign-alert"; readonly expectedKey: string | undefined; readonly foundKey: string }
  | { readonly code: "evidence-conflict"; readonly evidenceId: string }
  | { readonly code: "not-closable"; readonly reason: NotClosable }
  | { readonly code: "role-taken"; readonly role: IncidentRole; readonly heldBy: string }
  | { readonly code: "role-not-held"; readonly role: IncidentRole; readonly heldBy: readonly string[] }
  | { readonly code: "not-linked"; readonly linked: readonly string[] }
  | { readonly code: "bad-target"; readonly incidentId: string }
  | { readonly code: "unknown-action"; readonly actionId: string; readonly open: readonly string[] }
  | { readonly code: "action-settled"; readonly actionId: string; readonly status: "done" | "dropped" }
  | { readonly code: "bad-instant"; readonly field: string }
  | { readonly code: "too-long"; readonly field: string; readonly most: number }
  | { readonly code: "not-edited"; readonly section: string }
  | { readonly code: "still-open"; readonly incidentId: string; readonly status: IncidentStatus }
);

/** Why an incident does not close by itself. */
export type NotClosable =
  | { readonly kind: "open"; readonly status: IncidentStatus }
  | { readonly kind: "closed" }
  | { readonly kind: "burning"; readonly alertId: string }
  | { readonly kind: "frozen"; readonly alertId: string }
  | { readonly kind: "too-early"; readonly atMs: number };

export function notDeclared(command: IncidentCommand["type"]): IncidentRejection {
  return {
    code: "not-declared",
    command,
    message: `There is no incident to ${command}: its stream is empty. Declare it first, or check the id.`,
  };
}

export function alreadyDeclared(incidentId: string): IncidentRejection {
  return {
    code: "already-declared",
    incidentId,
    message: `${incidentId} is declared already. Take the next number for another incident.`,
  };
}

export function moveNotAllowed(state: IncidentState, command: IncidentCommand["type"]): IncidentRejection {
  const allowed = allowedMoves(state.status);
  const end =
    state.mergedInto === undefined
      ? "nothing, closed is final: declare a new incident"
      : `nothing, it was merged: work in ${state.mergedInto}`;
  const words = allowed.length === 0 ? end : allowed.join(", ");
  return {
    code: "move-not-allowed",
    incidentId: state.id,
    status: state.status,
    command,
    allowed,
    message:
      command === "absorb"
        ? mergeRefused(state)
        : `${state.id} is ${state.status}, which does not allow ${command}. Allowed: ${words}.`,
  };
}

/** Whoever merges asked nothing of the incident that it should go into: it is told where it can go. */
function mergeRefused({ id, mergedInto, status }: IncidentState): string {
  const instead =
    mergedInto !== undefined
      ? `It was merged itself: merge into ${mergedInto}`
      : status === "resolved"
        ? `Reopen ${id} first where its trouble is back, or merge into an incident that is open`
        : "Closed is final: merge into an incident that is open";
  return `Nothing can be merged into ${id} any more: it is ${status}. ${instead}.`;
}

export function emptyText(command: IncidentCommand["type"], field: string): IncidentRejection {
  return { code: "empty-text", field, message: `The ${field} of ${command} is empty. Say something in it.` };
}

export function tooLong(
  command: IncidentCommand["type"],
  field: string,
  found: number,
  most: number,
): IncidentRejection {
  return {
    code: "too-long",
    field,
    most,
    message: `The ${field} of ${command} has ${found} characters; ${most} are the most. Say it shorter, or link to it.`,
  };
}

export function badInstant(command: IncidentCommand["type"], field: string, found: number): IncidentRejection {
  return {
    code: "bad-instant",
    field,
    message: `The ${field} of ${command} is ${found}, which is no instant. Give epoch milliseconds within the years that dates have.`,
  };
}

export function foreignAlert(incidentId: string, expectedKey: string | undefined, foundKey: string): IncidentRejection {
  const about = expectedKey === undefined ? "no alert" : `the alert ${expectedKey}`;
  return {
    code: "foreign-alert",
    expectedKey,
    foundKey,
    message: `${incidentId} is about ${about}, not ${foundKey}. Take the incident that the key ${foundKey} is registered for.`,
  };
}

export function evidenceConflict(found: Evidence, known: EvidenceEntry): IncidentRejection {
  return {
    code: "evidence-conflict",
    evidenceId: found.id,
    message:
      `Evidence ${found.id} is attached with the hash ${known.hash}, and came again with ${found.hash}. ` +
      "Attach it under another id: what is attached never changes.",
  };
}

export function notClosable(incidentId: string, reason: NotClosable): IncidentRejection {
  return { code: "not-closable", reason, message: `${incidentId} does not close by itself: ${becauseWords(reason)}.` };
}

function becauseWords(reason: NotClosable): string {
  switch (reason.kind) {
    case "open":
      return `it is ${reason.status}; resolve it first`;
    case "closed":
      return "it is closed already";
    case "burning":
      return `its alert ${reason.alertId} still burns; it closes after that resolves`;
    case "frozen":
      return `the data of its alert ${reason.alertId} are missing; bring them back, or close it by hand`;
    case "too-early":
      return `its time has not passed; try again at ${utcWords(reason.atMs)}`;
  }
}
