import type { AlertEvent, AlertFacts } from "../alert/alert.js";
import type { CommandOf, IncidentOrigin } from "./incident-command.js";
import type { AlertChange, IncidentDeclared } from "./incident-event.js";
import { openingSeverity } from "./severity.js";

/** Makes the event that begins an incident. */
export function declaredEvent(command: CommandOf<"declare">): IncidentDeclared {
  const { atMs, actor, causeId, incidentId, startedAtMs, origin } = command;
  const began = {
    causeId,
    incidentId,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(origin.serviceTier === undefined ? {} : { serviceTier: origin.serviceTier }),
  };
  if (origin.kind === "person") {
    return {
      type: "incident.declared",
      atMs,
      actor,
      data: {
        ...began,
        title: origin.title,
        severity: origin.severity,
        severityReason: "chosen by whoever declared it",
        service: origin.service,
        detectedAtMs: Math.min(origin.detectedAtMs ?? atMs, atMs),
        ...(origin.splitFrom === undefined ? {} : { splitFrom: origin.splitFrom }),
      },
    };
  }
  if (origin.kind === "external") {
    const { external } = origin;
    return {
      type: "incident.declared",
      atMs,
      actor,
      data: {
        startedAtMs: Math.min(external.startsAtMs, atMs),
        ...began,
        title: origin.title ?? external.title,
        severity: external.severity,
        severityReason: external.severityReason,
        service: external.service,
        detectedAtMs: Math.min(external.atMs, atMs),
        external,
        ...(origin.group === undefined ? {} : { group: origin.group }),
      },
    };
  }
  return { type: "incident.declared", atMs, actor, data: { ...began, ...alertOpening(origin, command) } };
}

/** What an alert of the engine says of the incident that it opens. */
function alertOpening(
  { alert: event, serviceTier, title }: Extract<IncidentOrigin, { readonly kind: "alert" }>,
  { atMs, startedAtMs }: CommandOf<"declare">,
): Omit<IncidentDeclared["data"], "causeId" | "incidentId"> {
  const alert = alertFacts(event);
  const opening = openingSeverity(alert, serviceTier);
  // An alert's time is its slice's, which another clock may put after ours.
  const detectedAtMs = Math.min(alert.atMs, atMs);
  return {
    ...(startedAtMs === undefined ? {} : { startedAtMs: Math.min(startedAtMs, detectedAtMs) }),
    title: title ?? alertTitle(alert),
    severity: opening.severity,
    severityReason: opening.because,
    service: alert.service,
    detectedAtMs,
    alert,
  };
}

/** The facts of an alert event, without what only one type of event carries. */
export function alertFacts(alert: AlertEvent): AlertFacts {
  if (alert.type !== "alert.suppressed") return alert.data;
  const { suppressedBy: _suppressedBy, ...facts } = alert.data;
  return facts;
}

/** What happened to the alert, as an incident's events call it. */
export function alertChange(alert: AlertEvent): AlertChange {
  switch (alert.type) {
    case "alert.fired":
      return "fired";
    case "alert.escalated":
      return "escalated";
    case "alert.eased":
      return "eased";
    case "alert.resolved":
      return "resolved";
    case "alert.frozen":
      return "frozen";
    case "alert.thawed":
      return "thawed";
    case "alert.suppressed":
      return "suppressed";
    case "alert.unsuppressed":
      return "unsuppressed";
  }
}

function alertTitle(facts: AlertFacts): string {
  switch (facts.kind) {
    case "burn":
      return `${facts.service}: ${facts.sloId} burns its error budget`;
    case "data-loss":
      return `${facts.service}: ${facts.sloId} has no data`;
  }
}
