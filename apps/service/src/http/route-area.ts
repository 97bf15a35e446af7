import type { Area } from "@plimsoll/core";

/** Which area the routes below `/api/v1` (and the v2 that Alertmanager's clients speak) belong to, by the first word of their address. */
const AREA_OF: Readonly<Record<string, Area>> = {
  alerts: "alerts",
  incidents: "incidents",
  "action-items": "incidents",
  deliveries: "incidents",
  overrides: "decisions",
  corrections: "decisions",
  gate: "decisions",
  "on-call": "on-call",
  schedules: "on-call",
  "escalation-policies": "on-call",
  runbooks: "runbooks",
  "runbook-runs": "runbooks",
  automation: "runbooks",
  silences: "silences",
  users: "access",
  tokens: "access",
  audit: "access",
  session: "access",
};

/** Names a route's area; undefined is nowhere that a token which keeps to areas may write. */
export function areaOfRoute(url: string | undefined): Area | undefined {
  const word = /^\/api\/v\d\/([^/]+)/.exec(url ?? "")?.[1] ?? "";
  return Object.hasOwn(AREA_OF, word) ? AREA_OF[word] : undefined;
}
