import { formatDuration, formatShare } from "@plimsoll/core";
import type { IncidentDetail } from "@plimsoll/service/api";
import { plain, type Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, markdownText, textTable } from "./table.js";

/** One incident with its course. */
export function incidentText(incident: IncidentDetail, paint: Paint): string {
  const timeline = incident.timeline.map(({ actor, at, kind, text }) => [
    { text: instantWords(at), paint: paint.dim },
    kind,
    actor,
    text,
  ]);
  const facts = factsOf(incident).map(([name, value]) => `  ${paint.dim(name.padEnd(11))} ${plain(value)}`);
  const evidence = incident.evidence.map(({ id, kind, summary }) => `  ${id}  ${kind}  ${plain(summary)}`);
  return [
    `${paint.bold(incident.id)} ${plain(incident.title)}`,
    ...facts,
    "",
    plain(incident.summary),
    "",
    textTable([{ title: "AT (UTC)" }, { title: "WHAT" }, { title: "WHO" }, { title: "TEXT" }], timeline, paint.dim),
    ...(evidence.length === 0 ? [] : [paint.dim("EVIDENCE"), ...evidence, ""]),
    incident.postmortem === undefined
      ? "A postmortem draft is there once it is resolved.\n"
      : `Postmortem draft: plimsoll incident show ${incident.id} --postmortem\n`,
  ].join("\n");
}

export function incidentMarkdown(incident: IncidentDetail): string {
  return [
    `# ${markdownText(`${incident.id} ${incident.title}`)}`,
    "",
    markdownText(incident.summary),
    "",
    ...factsOf(incident).map(([name, value]) => `- ${name}: ${markdownText(value)}`),
    "",
    markdownTable(
      [{ title: "At (UTC)" }, { title: "What" }, { title: "Who" }, { title: "Text" }],
      incident.timeline.map(({ actor, at, kind, text }) => [instantWords(at), kind, actor, text]),
    ),
  ].join("\n");
}

type Fact = readonly [name: string, words: string];

function factsOf(incident: IncidentDetail): readonly Fact[] {
  return [...standingFacts(incident), ...peopleFacts(incident), ...relationFacts(incident)];
}

function standingFacts(incident: IncidentDetail): readonly Fact[] {
  const { burning, clocks, mergedInto, review, service, sloId, status, version } = incident;
  const merged = mergedInto === undefined ? "" : `, merged into ${mergedInto}`;
  return [
    ["status", `${status}${merged}${burning ? ", its alert still fires" : ""}`],
    ["severity", incident.severity],
    ["service", sloId === undefined ? service : `${service} (${sloId})`],
    ["declared", `${instantWords(incident.declaredAt)} by ${incident.declaredBy}`],
    ["lasted", formatDuration(incident.durationMs)],
    ["version", String(version)],
    ...optional("spent", spentWords(incident)),
    ...clocks.map((clock): Fact => ["target", clockWords(clock)]),
    ...optional("postmortem", review.status === "draft" ? undefined : `${review.status}, by ${review.by ?? "nobody"}`),
  ];
}

function spentWords({ budgetShareOf, budgetShareRatio }: IncidentDetail): string | undefined {
  if (budgetShareRatio === undefined) return undefined;
  const share = `${formatShare(budgetShareRatio)} of the period's budget`;
  return budgetShareOf === undefined
    ? share
    : `at most ${share} of ${budgetShareOf}, which is what went while it lasted`;
}

function peopleFacts({ calls, cost, escalation, roles }: IncidentDetail): readonly Fact[] {
  const held = roles.filter(({ to }) => to === undefined);
  const call = calls.at(-1);
  return [
    ...held.map(({ from, person, role }): Fact => ["role", `${role}: ${person}, since ${instantWords(from)}`]),
    ...optional("called", call && `${call.to.join(", ")} by ${call.channel} at ${instantWords(call.at)}`),
    ...optional("next", escalation && escalationWords(escalation)),
    ...optional("cost", cost.totalMs > 0 ? `${formatDuration(cost.totalMs)} of people's time` : undefined),
  ];
}

function escalationWords({ acknowledged, next, paused, status }: NonNullable<IncidentDetail["escalation"]>): string {
  if (paused !== undefined) return `nobody until ${instantWords(paused.until)}: ${paused.reason}`;
  if (acknowledged !== undefined) return `nobody, ${acknowledged.by} has acknowledged`;
  if (next === undefined) return status === "exhausted" ? "nobody is left, and nobody acknowledged" : "nobody";
  const who = next.people.length === 0 ? "nobody, as the step is now" : next.people.join(", ");
  return next.due === undefined ? who : `${who} at ${instantWords(next.due)}`;
}

function relationFacts({ actions, links, runbooks = [], similar }: IncidentDetail): readonly Fact[] {
  return [
    ...runbooks.map(({ id, lastRehearsedAt, level, rehearsal, title }): Fact => {
      const when = lastRehearsedAt === undefined ? "never rehearsed" : `rehearsed ${lastRehearsedAt.slice(0, 10)}`;
      const doubt = rehearsal === "stale" ? ", too long ago" : rehearsal === "ahead" ? ", which is yet to come" : "";
      return ["runbook", `${id} (level ${level}, ${when}${doubt}): ${title}`];
    }),
    ...links.map(({ id, kind, relation }): Fact => ["link", `${kind} ${id}: ${relation}`]),
    ...similar.map(({ because, id, status }): Fact => ["similar", `${id} (${status}): ${because.join(", ")}`]),
    ...actions.map(({ due, id, overdueMs, owner, priority, status, title }): Fact => {
      const late = overdueMs === undefined ? "" : `, overdue by ${formatDuration(overdueMs)}`;
      return ["action", `${id} ${priority} ${status}${late}: ${title} (${owner}, due ${instantWords(due)})`];
    }),
  ];
}

function optional(name: string, words: string | undefined): readonly Fact[] {
  return words === undefined ? [] : [[name, words]];
}

const CLOCK_WORDS = {
  acknowledge: "acknowledge",
  escalate: "call somebody",
  stakeholders: "tell stakeholders",
} as const;

function clockWords({ due, kind, lateMs, outcome, severity }: IncidentDetail["clocks"][number]): string {
  const late = outcome === "breached" ? `missed by ${formatDuration(lateMs)}` : outcome;
  return `${severity}: ${CLOCK_WORDS[kind]} by ${instantWords(due)}: ${late}`;
}
