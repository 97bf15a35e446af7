import { flag, instant, list, number, oneOf, optional, record, text, type Check } from "./shape.js";

// What the views read without asking first. The service's own schemas say the rest, and check it before it is sent.

const reasons = list(record({ kind: text, message: text }));
const windowBurn = record({
  lengthMs: number,
  bad: number,
  total: number,
  burnRate: optional(number),
  coverageRatio: number,
});
const alert = record({
  status: oneOf("quiet", "firing", "suppressed"),
  tier: optional(oneOf("page", "ticket")),
  since: optional(instant),
  frozen: flag,
});

export const sloShape: Check = record({
  id: text,
  service: text,
  kind: text,
  mode: oneOf("active", "shadow"),
  target: number,
  version: number,
  window: record({ text, kind: oneOf("rolling", "calendar"), from: instant, to: instant, lengthMs: number }),
  evaluatedAt: instant,
  sliRatio: optional(number),
  coverageRatio: number,
  budget: record({ remainingRatio: number, consumedRatio: number, bad: number, total: number, allowedBad: number }),
  rules: list(
    record({
      id: text,
      tier: oneOf("page", "ticket"),
      factor: number,
      long: windowBurn,
      short: windowBurn,
      outcome: oneOf("quiet", "firing", "frozen"),
      frozenBecause: reasons,
    }),
  ),
  exhaustion: record({ kind: oneOf("spent", "never", "in"), durationMs: optional(number), at: optional(instant) }),
  verdict: record({ kind: oneOf("healthy", "firing", "frozen", "no-data"), reasons }),
  alert,
  dataLoss: alert,
  level: record({ name: text, action: text }),
  explanation: text,
});

const role = oneOf("viewer", "responder", "approver", "admin");
const signedIn = record({ name: text, role, by: oneOf("session", "token") });
const signedOut = record({ readsOpen: flag, hasUsers: flag });
export const sessionShape: Check = (value, path) =>
  record({ state: oneOf("signed-in", "signed-out") })(value, path) ??
  ((value as { readonly state: string }).state === "signed-in" ? signedIn : signedOut)(value, path);

/** What a page gets once, when somebody signs in. */
export const openedSessionShape: Check = record({ name: text, role, csrf: text, expires: instant });

export const sloListShape: Check = record({ at: instant, slos: list(sloShape) });

export const sloHistoryShape: Check = record({
  from: instant,
  to: instant,
  stepMs: number,
  points: list(record({ at: instant, bad: number, total: number, coverageRatio: number, remainingRatio: number })),
});

export const serviceListShape: Check = record({
  services: list(
    record({ id: text, tier: number, dependsOn: list(text), slos: list(text), openIncidents: list(text) }),
  ),
});

const incident = {
  id: text,
  title: text,
  service: text,
  severity: text,
  status: text,
  burning: flag,
  declaredAt: instant,
  acknowledgedAt: optional(instant),
  resolvedAt: optional(instant),
  durationMs: number,
  budgetShareRatio: optional(number),
  budgetShareOf: optional(text),
};

export const incidentListShape: Check = record({
  incidents: list(record(incident)),
  metrics: record({
    open: number,
    total: number,
    meanTimeToAcknowledgeMs: optional(number),
    meanTimeToResolveMs: optional(number),
  }),
});

export const incidentDetailShape: Check = record({
  ...incident,
  summary: text,
  timeline: list(record({ at: instant, actor: text, kind: text, text })),
  evidence: list(record({ id: text, kind: text, source: text, from: instant, to: instant, hash: text, summary: text })),
  version: number,
  moves: list(text),
  roles: list(record({ role: text, person: text, from: instant, to: optional(instant) })),
  clocks: list(
    record({
      kind: oneOf("acknowledge", "escalate", "stakeholders"),
      round: number,
      severity: text,
      due: instant,
      outcome: oneOf("met", "breached", "moot", "running"),
      lateMs: number,
    }),
  ),
  cost: record({ totalMs: number, people: list(record({ person: text, durationMs: number })) }),
  alerts: list(record({ key: text, status: text, from: optional(text) })),
  links: list(record({ kind: text, id: text, relation: text })),
  similar: list(
    record({ id: text, score: number, because: list(text), title: text, status: text, declaredAt: instant }),
  ),
  actions: list(
    record({
      id: text,
      title: text,
      owner: text,
      priority: text,
      due: instant,
      status: text,
      overdueMs: optional(number),
    }),
  ),
  calls: list(record({ at: instant, step: number, to: list(text), channel: text })),
  escalation: optional(
    record({
      status: oneOf("escalating", "acknowledged", "exhausted", "ended"),
      policy: text,
      pass: number,
      passes: number,
      acknowledged: optional(record({ by: text, at: instant })),
      paused: optional(record({ until: instant, reason: text })),
      waits: optional(record({ kind: text, due: instant })),
      next: optional(record({ step: number, due: optional(instant), people: list(text) })),
    }),
  ),
  review: record({ status: oneOf("draft", "in-review", "approved"), by: optional(text), at: optional(instant) }),
  postmortem: optional(text),
});

export const postmortemShape: Check = record({
  version: number,
  review: record({ status: oneOf("draft", "in-review", "approved"), by: optional(text), at: optional(instant) }),
  sections: list(
    record({
      id: text,
      heading: text,
      generated: text,
      edit: optional(record({ text, markdown: text, author: text, at: instant })),
    }),
  ),
});

export const gateAnswerShape: Check = record({
  decision: oneOf("allow", "deny", "unknown"),
  risk: text,
  at: instant,
  reasons: list(record({ code: text, message: text, sloId: optional(text) })),
});

export const correctionListShape: Check = record({
  corrections: list(
    record({
      id: text,
      effect: text,
      author: text,
      reason: text,
      covers: text,
      from: optional(instant),
      to: optional(instant),
    }),
  ),
});

export const overrideListShape: Check = record({
  overrides: list(record({ id: text, author: text, reason: text, risks: list(text), from: instant, expires: instant })),
});

export const metaShape: Check = record({
  version: text,
  startedAt: instant,
  sliceMs: number,
  storage: text,
  demo: flag,
  notice: optional(text),
  sources: list(
    record({
      name: text,
      type: text,
      state: oneOf("ok", "failing", "starting"),
      lastReadAt: optional(instant),
      setAside: list(record({ reason: text, count: number, example: text })),
    }),
  ),
});

export const liveEventShape: Check = record({ type: oneOf("evaluated", "incident"), at: instant });
