import { failure, success } from "@plimsoll/core";
import { z } from "zod";
import { parseConfig } from "../parse-config.js";
import type { ParseConfigOptions } from "../config-registry.js";

/** A secret as adapters declare one: configuration gives an object that reveals it. */
const secret = z
  .union([
    z.string(),
    z.custom<{ reveal(): string }>((value) => typeof (value as { reveal?: unknown } | null)?.reveal === "function"),
  ])
  .meta({ secret: true, description: "A secret." });

/** Source and notifier types in the forms that adapters use: strict, with secrets, paths, unions and defaults. */
export const sampleTypes = {
  sourceTypes: {
    prometheus: {
      settings: z.strictObject({
        url: z
          .url()
          .meta({ description: "Address of the server.", expected: "an address such as `http://127.0.0.1:9090`" }),
        headers: z.record(z.string(), secret).optional(),
        bearerToken: secret.optional(),
      }),
      query: z.union([
        z.strictObject({ good: z.string(), total: z.string() }),
        z.strictObject({ bad: z.string(), total: z.string() }),
        z.strictObject({ histogram: z.string() }),
      ]),
    },
    snapshots: {
      settings: z.strictObject({ path: z.string().meta({ relativeToFile: true }), every: z.string().default("15s") }),
      query: z.strictObject({ service: z.string(), ca: z.string().meta({ relativeToFile: true }).optional() }),
      sampleEveryMs: (settings: unknown) => Number.parseInt((settings as { readonly every: string }).every, 10) * 1_000,
    },
  },
  notifierTypes: {
    console: { settings: z.strictObject({}) },
    slack: { settings: z.strictObject({ webhookUrl: secret, timeoutMs: z.number().optional() }) },
    phone: {
      settings: z.strictObject({}),
      address: z
        .string()
        .max(12)
        .regex(/^\+\d+$/, "It is no number.")
        .refine((number) => {
          if (number === "+999") throw new Error("a fault of the type");
          return true;
        })
        .meta({ expected: "a number such as `+34600000000`" }),
    },
  },
};

export const SAMPLE_SECRETS: Readonly<Record<string, string>> = {
  SLACK_WEBHOOK_URL: "https://hooks.example/T0/B0/very-secret",
  PLIMSOLL_TOKEN: "0123456789abcdef0123456789abcdef",
  DB_PASSWORD: "p@ss/w:rd",
};

export const sampleOptions: ParseConfigOptions = {
  ...sampleTypes,
  readSecret: (reference) => {
    const value = reference.kind === "env" ? SAMPLE_SECRETS[reference.name] : `content-of-${reference.path}`;
    return value === undefined ? failure("it is not set") : success(value);
  },
};

/** Reads one text as `plimsoll.yaml` with the sample types. */
export function parseText(text: string, name = "plimsoll.yaml") {
  return parseConfig([{ name, text }], sampleOptions);
}

/** A whole configuration that uses every section. */
export const WHOLE_CONFIG = `version: 1
slice: 15s
storage: postgres://plimsoll:\${env:DB_PASSWORD}@db.local/plimsoll
http:
  host: 127.0.0.1
  port: 4701
  allowedHosts: [slo.local]
  trustedProxies: [10.0.0.5, fd00::/8]
  tokens:
    - { name: ci, role: admin, token: "\${env:PLIMSOLL_TOKEN}" }
sources:
  main: { type: prometheus, url: "http://127.0.0.1:9090" }
  files: { type: snapshots, path: ./snapshots }
services:
  bank:
  payments: { title: Payments, tier: 1, owner: team-pay, dependsOn: [bank] }
slos:
  bank-availability:
    service: bank
    target: 0.995
    window: { calendar: month, zone: Europe/Berlin, fiscalYearStart: 4 }
    sli: { kind: probe, source: files, query: { service: bank } }
    alerting: { preset: homelab }
    gapIs: bad
  payments-availability:
    service: payments
    target: 99.9%
    window: 30d
    sli: { kind: events, source: main, query: { good: "good", total: "total" } }
    alerting: { preset: google, minBadEvents: 5, suppressedBy: [bank-availability] }
    policy: strict
  payments-latency:
    service: payments
    target: 99%
    window: 28d
    sli: { kind: latency, source: main, query: { histogram: h }, threshold: 300ms }
    alerting:
      comparison: ">="
      rules:
        - { tier: page, share: 2%, window: 1h }
        - { tier: ticket, rate: 2, window: 1d, short: 2h, id: slow }
  payments-load:
    service: payments
    target: 99%
    window: 7d
    sli: { kind: time-slices, source: main, query: { histogram: h }, goodWhen: "value < 0.8" }
    mode: shadow
  all:
    service: payments
    target: 99%
    window: 30d
    sli: { kind: composite, allOf: [payments-availability, bank-availability] }
budgetPolicies:
  strict:
    rules: [{ name: halt deployments, atConsumed: 50%, effect: halt }]
    needs: { risky: 40% }
corrections:
  - id: move
    slos: all
    effect: drop
    author: ana
    reason: New rack
    at: { from: "2026-11-21T22:00:00Z", to: "2026-11-22T02:00:00+01:00" }
  - id: nightly
    slos: [payments-latency]
    effect: count-good
    author: ana
    reason: Backup
    recurring: { weekdays: [mon-fri, sun], times: ["22:00-02:00"], months: [jan-mar, 12], daysOfMonth: [1-7, -1], zone: Europe/Berlin }
freezeWindows:
  - { id: holidays, name: Holidays, services: [payments], stops: [risky], at: { from: "2026-12-20T00:00:00Z", to: "2027-01-03T00:00:00Z" } }
notifiers:
  oncall: { type: slack, webhookUrl: "\${env:SLACK_WEBHOOK_URL}" }
notify: { pages: [oncall], tickets: [console], incidents: [oncall] }
reports:
  - name: weekly
    period: 7d
    every: { weekday: mon, time: "09:00", zone: Europe/Berlin }
    to: [oncall, { file: reports/weekly.md }]
incidents: { cooldown: 30m, autoCloseAfter: 24h }
`;

/** A configuration of people, schedules and policies that uses every key. */
export const ON_CALL_CONFIG = `version: 1
services:
  shop: {}
  bank: {}
  wiki: { escalation: quiet }
notifiers:
  oncall: { type: slack, webhookUrl: "\${env:SLACK_WEBHOOK_URL}" }
people:
  ana:
    { name: Ana Ruiz, zone: Europe/Madrid, night: 23:00-06:30, contacts: [
        { notifier: oncall }, { notifier: console, address: ana@example.org }
      ],
      rules: [
        { urgency: page, notifier: oncall },
        { urgency: page, notifier: console, after: 5m },
        { urgency: ticket, notifier: console, within: { weekdays: [mon-fri], times: ["09:00-17:00"] } },
        { urgency: info, notifier: console, within: { weekdays: [mon], zone: UTC } } ] }
  ben: { zone: America/New_York, contacts: [{ notifier: console }] }
teams:
  platform: { members: [ana, ben], name: Platform }
  leads: { members: [ben] }
schedules:
  primary:
    name: Primary
    layers:
      - id: week
        rotation:
          every: weekly
          start: 2026-01-05
          handOff: "09:00"
          zone: Europe/Madrid
          participants: [ana, ben]
          excluded: { weekdays: [sat, sun], dates: [2026-12-25], turns: consume }
      - id: office
        priority: 10
        rotation:
          every: daily
          length: 2
          start: 2026-01-05
          handOff: "08:00"
          zone: America/New_York
          participants: [ben]
        restrictions:
          - { weekdays: [mon-fri], times: 09:00-17:00 }
          - weekdays: [sat]
    temporary:
      - id: fair
        from: 2026-03-02T00:00:00Z
        to: 2026-03-04T00:00:00Z
        shifts: [{ person: ben, from: 2026-03-02T00:00:00Z, to: 2026-03-03T00:00:00Z }]
    overrides:
      - id: dentist
        from: 2026-05-04T09:00:00Z
        to: 2026-05-04T12:00:00Z
        author: ana
        reason: Dentist
        replace: ana
        with: ben
      - { id: more, from: 2026-05-05T00:00:00Z, to: 2026-05-06T00:00:00Z, add: ben }
      - { id: less, from: 2026-05-07T00:00:00Z, to: 2026-05-08T00:00:00Z, remove: ana }
escalation:
  default: standard
  policies:
    standard:
      steps:
        - targets: [{ schedule: primary }]
        - targets: [{ team: platform, members: in-turn }, { person: ana }]
          delay: 10m
          when:
            severities: [SEV1, SEV2]
            time: { weekdays: [mon-fri], zone: UTC }
            passes: { from: 2, to: 3 }
        - { targets: [{ team: leads }], when: { passes: {} } }
      repeat: 2
      fallback: [{ team: platform }]
      stakeholders:
        - { targets: [{ team: leads }], after: 15m, severities: [SEV1] }
        - { targets: [{ person: ben }] }
      acknowledgement: { remindAfter: 30m, answerWithin: 10m }
    quiet:
      steps: [{ targets: [{ person: ben }] }]
      fallback: [{ person: ben }]
`;

/** A configuration of routes, receivers and webhooks that uses every key. */
export const ROUTING_CONFIG = `version: 1
services: { shop: {} }
notifiers:
  chat: { type: slack, webhookUrl: "\${env:SLACK_WEBHOOK_URL}" }
routing:
  grace: 10m
  route:
    receiver: incidents
    groupBy: [alertname, cluster]
    groupWait: 0s
    groupInterval: 2m
    repeatInterval: 1h
    routes:
      - matchers: ["severity=~\\"info|none\\"", 'team!="shop"']
        receiver: chatter
        muteTimeIntervals: [nights]
        continue: true
      - matchers: ['job="shop"']
        incident: per-alert
        activeTimeIntervals: [office, nights]
        routes:
          - matchers: ['{alertname="Watchdog"}']
            groupBy: ["..."]
            receiver: nobody
  receivers:
    incidents: {}
    chatter: { opens: nothing, notifiers: [chat, console] }
    nobody: { opens: nothing }
    shop: { opens: incident, service: shop, severity: SEV2 }
  inhibitRules:
    - { name: cluster down, sourceMatchers: ["alertname=ClusterDown"], targetMatchers: ["severity!=page"], equal: [cluster] }
    - { sourceMatchers: [a=b], targetMatchers: [c=d] }
  timeIntervals:
    nights:
      - { times: ["22:00-06:00", "12:00-13:00"], weekdays: [mon-fri, sun], zone: Europe/Berlin }
      - { times: ["20:00-00:00"], zone: UTC }
    office: [{ weekdays: [mon-fri], daysOfMonth: [1-7, -1], months: [jan-mar, dec], years: [2026-2027, 2030], zone: UTC }]
  maintenance:
    - id: move
      matchers: ['service="shop"']
      author: ana
      reason: New rack
      at: { from: 2026-11-21T22:00:00Z, to: 2026-11-22T02:00:00Z }
    - id: backup
      matchers: [job=db, 'severity=~"SEV[34]"']
      author: ben
      reason: Backup
      recurring: { times: ["23:30-00:30"], weekdays: [sat], zone: UTC, from: 2026-01-01T00:00:00Z }
webhooks:
  pings: { labelsFrom: /labels }
  uptime:
    token: "\${env:PLIMSOLL_TOKEN}"
    alerts: monitors
    labels: { alertname: =Uptime, monitor: /monitor/name }
    labelsFrom: tags
    annotations: { summary: message }
    fingerprint: id
    startsAt: since
    endsAt: until
    generatorUrl: link
    status: { at: state, resolved: [UP, ok] }
    resolveAfter: 5m
`;
