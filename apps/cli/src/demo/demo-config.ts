/** Where the lab's balancers are, by service. */
export type BalancerAddresses = Readonly<Record<"gateway" | "catalog" | "checkout" | "payments", string>>;

/** What the demo's two configurations differ in. */
export type DemoSettings = {
  readonly slice: string;
  readonly port: number;
};

type Objective =
  | "buying"
  | "gateway-latency"
  | "catalog-availability"
  | "checkout-availability"
  | "payments-availability";

/** Writes the demo's configuration, for people to read: the lab's services, measured at their balancers. */
export function demoConfig(
  settings: DemoSettings & { readonly labState?: string | undefined },
  balancers: BalancerAddresses,
): string {
  const service = (name: string): string => `{service="${name}",tier="balancer"}`;
  const availability = (name: string): readonly string[] => [
    "kind: events",
    "source: lab",
    "query:",
    `  bad: 'http_requests_total{service="${name}",tier="balancer",code_class="5xx"}'`,
    `  total: 'http_requests_total${service(name)}'`,
    "  absent: zero # the series of errors begins with the first error",
  ];
  return document(settings, {
    head: [
      "# The demo's configuration, written by `plimsoll demo`. Look around in it; the next demo writes it anew.",
      "# The lab's services are real processes on this machine. Each has a balancer in front, and the balancer's /metrics",
      "# page is what is measured: it is what callers saw. (A request passes two tiers, so exactly one is selected.)",
    ],
    storage: "data",
    source: [
      "  lab:",
      "    type: scrape",
      "    targets:",
      ...Object.values(balancers).map((address) => `      - ${new URL("/metrics", address).href}`),
    ],
    sli: {
      "gateway-latency": [
        "kind: latency",
        "threshold: 300ms",
        "source: lab",
        `query: { histogram: 'http_request_duration_seconds${service("gateway")}' }`,
      ],
      "catalog-availability": availability("catalog"),
      "checkout-availability": availability("checkout"),
      "payments-availability": availability("payments"),
      buying: [
        "# Good only as far as every member is.",
        "kind: composite",
        "allOf: [checkout-availability, payments-availability]",
      ],
    },
    response: [...RESPONSE, ...labTypes(settings.labState)],
  });
}

/** Nobody's phone rings in a demo: both people are reached on the console. */
const RESPONSE = [
  "",
  "people:",
  "  ada: { name: Ada, zone: Europe/Berlin, contacts: [{ notifier: console, address: ada }] }",
  "  ben: { name: Ben, zone: America/New_York, contacts: [{ notifier: console, address: ben }] }",
  "teams: { shop: { members: [ada, ben] } }",
  "schedules:",
  "  primary:",
  "    layers:",
  '      - { id: week, rotation: { every: weekly, start: 2026-01-05, handOff: "09:00", zone: Europe/Berlin, participants: [ada, ben] } }',
  "escalation:",
  "  default: shop",
  "  policies:",
  "    shop:",
  "      # Whoever is on call at once; everybody after two minutes without an answer; and all of it once more.",
  "      steps:",
  "        - { targets: [{ schedule: primary }], delay: 2m }",
  "        - { targets: [{ team: shop }], delay: 5m }",
  "      repeat: 1",
  "      fallback: [{ team: shop }]",
  "",
  "# What a runbook may do: the lab's own deploys and instances.",
  "runbooks: runbooks",
];

function labTypes(state: string | undefined): readonly string[] {
  const lab = `{ lab: { type: lab${state === undefined ? "" : `, state: ${JSON.stringify(state)}`} } }`;
  return [`remediators: ${lab}`, `fleets: ${lab}`];
}

/** Writes the demo's runbook: payments goes back to the version before, until callers get their payments through. */
export function demoRunbook(balancers: Pick<BalancerAddresses, "payments">): string {
  return `version: 1
runbook: bad-deploy
title: A deploy broke payments
level: 3
owner: money
symptoms: [payments-availability]
lastRehearsal: 2026-11-20
health:
  check: { http: { url: "${new URL("/traffic", balancers.payments).href}", json: { path: errorRatio, below: 0.01 } } }
  within: 2m
  every: 2s
steps:
  - id: roll-back
    title: Take payments back to the version before
    do: { remedy: { by: lab, remedy: roll-back, target: payments } }
    timeout: 2m
    verify:
      check: { instances: { fleet: lab, of: payments, atLeast: 1 } }
      within: 1m
      every: 1s
    undo: remediator
    risk: caution
rehearsals:
  - { name: the version before is well, health: [fails, fails, holds], expect: { path: ["roll-back: succeeded"], ends: succeeded } }
`;
}

/** Writes the configuration by which the simulated past comes in: the same objectives, read from files. */
export function pastConfig(settings: DemoSettings): string {
  const rows = (name: string): readonly string[] => ["kind: events", "source: past", `query: { service: ${name} }`];
  return document(settings, {
    head: [
      "# How the demo's past came in, written by `plimsoll demo`: the same objectives, read once from files.",
      "# Nothing in those files was measured; the lab's traffic model made them up, and the folder's README says how.",
    ],
    storage: "../data",
    source: ["  past:", "    type: snapshot", "    path: .", "    settle: 1ms"],
    sli: {
      // The model knows no durations: the gateway's errors stand for its slow answers.
      "gateway-latency": ["kind: latency", "threshold: 300ms", "source: past", "query: { service: gateway }"],
      "catalog-availability": rows("catalog"),
      "checkout-availability": rows("checkout"),
      "payments-availability": rows("payments"),
      // From a file of its own, combined as a composite is: slice by slice, a month of it would take most of a minute.
      buying: rows("buying"),
    },
    response: [],
  });
}

function document(
  settings: DemoSettings,
  parts: {
    readonly head: readonly string[];
    readonly storage: string;
    readonly source: readonly string[];
    readonly sli: Readonly<Record<Objective, readonly string[]>>;
    /** Who is called, and what may be done. */
    readonly response: readonly string[];
  },
): string {
  const sli = (name: Objective): string => parts.sli[name].map((line) => `      ${line}`).join("\n");
  return `${parts.head.join("\n")}
version: 1

# How often everything is measured and evaluated. 15s is the default; a demo should be livelier.
slice: ${settings.slice}
storage: ${parts.storage}
http: { port: ${settings.port} }

sources:
${parts.source.join("\n")}

services:
  gateway: { title: Gateway, tier: 1, owner: web, dependsOn: [catalog, checkout] }
  catalog: { title: Catalog, tier: 2, owner: shop }
  checkout: { title: Checkout, tier: 1, owner: shop, dependsOn: [payments] }
  payments: { title: Payments, tier: 1, owner: money }

slos:
  payments-availability:
    service: payments
    title: Payments succeed
    target: 99.95%
    window: 30d
    sli:
${sli("payments-availability")}
    alerting:
      # A page when 1 % of 30 days' budget goes in half an hour: that is 14.4 times too fast. With 40 % errors it takes
      #   window x factor x budget / error share = 30 min x 14.4 x 0.05 % / 40 % = 32 s
      # at the month's average traffic to be sure (a minute at the busiest hour). It resolves when the last four minutes
      # are fine again. The ticket is for a slow leak: a tenth of the budget in a day.
      rules:
        - { tier: page, share: 1%, window: 30m, short: 4m }
        - { tier: ticket, share: 10%, window: 1d }

  checkout-availability:
    service: checkout
    title: Checkouts succeed
    target: 99.9%
    window: 30d
    sli:
${sli("checkout-availability")}
    alerting:
      rules:
        - { tier: page, share: 1%, window: 30m, short: 4m }
        - { tier: ticket, share: 10%, window: 1d }
      # A failed payment fails the checkout: one page for one cause is enough.
      suppressedBy: [payments-availability]

  gateway-latency:
    service: gateway
    title: Pages come within 300 ms
    target: 99%
    window: 30d
    sli:
${sli("gateway-latency")}
    # Two windows per rule, and a page at 2 % of the budget in 1 h or 5 % in 6 h.
    alerting: { preset: google }

  catalog-availability:
    service: catalog
    title: Products can be seen
    target: 99.9%
    window: 30d
    sli:
${sli("catalog-availability")}
    alerting: { preset: google }

  buying:
    service: checkout
    title: Somebody who wants to buy can
    target: 99.8%
    window: 30d
    sli:
${sli("buying")}
    # Its members page; this one only tells of a slow leak.
    alerting: { rules: [{ tier: ticket, share: 10%, window: 1d }] }

# Who follows along. The console is always there; a webhook, Slack or Telegram go under \`notifiers\`.
notify: { incidents: [console] }
${parts.response.join("\n")}

# An alert that comes back within five minutes reopens its incident.
incidents: { cooldown: 5m, autoCloseAfter: 24h }
`;
}
