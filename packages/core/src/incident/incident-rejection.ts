import type { Evidence, EvidenceEntry } from "./evidence.js";
import type { IncidentCommand, IncidentRejection, NotClosable } from "./incident-command.js";
import { allowedMoves } from "./incident-lifecycle.js";
import type { IncidentState } from "./incident.js";
import { utcWords } from "./instant-words.js";

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
  const words = allowed.length === 0 ? "nothing, closed is final: declare a new incident" : allowed.join(", ");
  return {
    code: "move-not-allowed",
    incidentId: state.id,
    status: state.status,
    command,
    allowed,
    message: `${state.id} is ${state.status}, which does not allow ${command}. Allowed: ${words}.`,
  };
}

export function emptyText(command: IncidentCommand["type"], field: string): IncidentRejection {
  return { code: "empty-text", field, message: `The ${field} of ${command} is empty. Say something in it.` };
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
