import { stringify } from "yaml";
import type { Json } from "@plimsoll/core";

/** What `plimsoll init` has asked. Settings, query and notifier keys belong to the types that the program brings. */
export type StarterAnswers = {
  /** Name of the first service, such as `payments`. */
  readonly service: string;
  /** The share that must be good, such as `99.9%`. */
  readonly target: string;
  /** The period, such as `30d`. */
  readonly window: string;
  readonly source: {
    readonly name: string;
    readonly type: string;
    readonly settings: { readonly [key: string]: Json };
  };
  /** How it is measured; `threshold` for kind `latency`, `goodWhen` for kind `time-slices`. */
  readonly sli: {
    readonly kind: "events" | "latency" | "probe" | "time-slices";
    readonly query: { readonly [key: string]: Json };
    readonly threshold?: string;
    readonly goodWhen?: string;
  };
  readonly preset: "google" | "homelab";
  /** A way to tell people beside the console; secrets in it are references such as `${env:SLACK_WEBHOOK_URL}`. */
  readonly notifier?: {
    readonly name: string;
    readonly type: string;
    readonly settings: { readonly [key: string]: Json };
  };
};

/** Writes a commented `plimsoll.yaml` that validates once the environment variables it names are set. */
export function starterConfig(answers: StarterAnswers): string {
  const { service, target, window, source, sli, preset, notifier } = answers;
  const told = notifier?.name ?? "console";
  return `# yaml-language-server: $schema=./plimsoll.schema.json
#
# What this service promises, and how it is measured. \`plimsoll validate\` checks this file.
# Secrets stand here only as \${env:NAME} or \${file:PATH}.
version: 1

# Everything is measured and evaluated once per slice.
slice: 15s

# The embedded store. For a server: postgres://plimsoll:\${env:DB_PASSWORD}@host/plimsoll
storage: .plimsoll/data

# Where measurements come from.
${yaml({ sources: { [source.name]: { type: source.type, ...source.settings } } })}
# What is promised about whom. Tier 1 is the most critical.
${yaml({ services: { [service]: { tier: 1 } } })}
slos:
  ${name(`${service}-availability`)}:
    service: ${name(service)}
    # The share that must be good. What is left of 100 % is the error budget.
    target: ${target}
    # The period over which the budget is spent; a calendar month is { calendar: month, zone: Europe/Berlin }.
    window: ${window}
${yaml({ sli: { kind: sli.kind, source: source.name, query: sli.query, ...optional("threshold", sli.threshold), ...optional("goodWhen", sli.goodWhen) } }, 4)}\
    # google: page at 2 % of the budget in 1 h or 5 % in 6 h, ticket at 10 % in 1 d or 3 d.
    # homelab: page at 14x over 1 h or 6x over 6 h, ticket at 2x over 24 h.
    alerting: { preset: ${preset} }

# Ways to tell people. \`console\` is always there.
${notifier === undefined ? '# notifiers:\n#   oncall: { type: slack, webhookUrl: "${env:SLACK_WEBHOOK_URL}" }\n' : yaml({ notifiers: { [notifier.name]: { type: notifier.type, ...notifier.settings } } })}
notify:
  pages: [${name(told)}]
  tickets: [console]
  incidents: [${name(told)}]

${onCallNotes(name(told))}
# Maintenance that does not count.
# corrections:
#   - id: nightly-backup
#     slos: all
#     effect: drop
#     author: your name
#     reason: The backup stops writes.
#     recurring: { weekdays: [mon-fri], times: ["02:00-02:30"], zone: UTC }

# A report on a schedule.
# reports:
#   - { name: weekly, period: 7d, every: { weekday: mon, time: "09:00", zone: UTC }, to: [{ file: reports/weekly.md }] }
`;
}

/** On-call as notes: with the first two characters of each line taken away it is a part of the file. */
function onCallNotes(notifier: string): string {
  return `# Who is on call, and who is called about which incident. Take the "# " away from these lines to use it.
# people:
#   you: { zone: UTC, night: 22:00-07:00, contacts: [{ notifier: ${notifier} }] }
# schedules:
#   primary:
#     layers:
#       - id: week
#         rotation: { every: weekly, start: 2026-01-05, handOff: "09:00", zone: UTC, participants: [you] }
# escalation:
#   default: standard
#   policies:
#     standard:
#       steps: [{ targets: [{ schedule: primary }], delay: 5m }]
#       fallback: [{ person: you }]
`;
}

function optional(key: string, value: string | undefined): { readonly [key: string]: string } {
  return value === undefined ? {} : { [key]: value };
}

function yaml(value: { readonly [key: string]: unknown }, indent = 0): string {
  const text = stringify(value, { lineWidth: 110 });
  return indent === 0 ? text : text.replace(/^(?=.)/gm, " ".repeat(indent));
}

/** A name as a YAML scalar: quoted where it would be read as something else. */
function name(text: string): string {
  return stringify(text).trimEnd();
}
