import type { SloEvaluation } from "../evaluation/evaluation.js";
import { formatDuration } from "../slo/duration.js";
import { escapeMarkdown } from "./escape-markdown.js";
import {
  incidentBudgetShare,
  isLargeIncident,
  LARGE_INCIDENT_RATIO,
  type IncidentBudgetShare,
} from "./incident-budget-share.js";
import { incidentTimes, responseClocks, type IncidentTimes, type ResponseClock } from "./incident-clocks.js";
import type { IncidentEvent } from "./incident-event.js";
import { incidentTimeline } from "./incident-timeline.js";
import type { IncidentState } from "./incident.js";
import { utcWords } from "./instant-words.js";
import { RESPONSE_TARGETS } from "./severity.js";

/** What a postmortem's draft needs beside the incident. */
export type PostmortemOptions = {
  /** The instant it is drawn up at: an incident that is open has lasted until then. */
  readonly atMs: number;
  /** How the SLO stands now, for an incident that goes on: its events bring an evaluation only when the alert changes. */
  readonly evaluation?: SloEvaluation;
  /** From which share of the period's budget on policy asks for a P0 action item; default 20 %. */
  readonly largeIncidentRatio?: number;
};

/** Everything that the sections are written from. */
type Draft = {
  readonly state: IncidentState;
  readonly events: readonly IncidentEvent[];
  readonly atMs: number;
  readonly times: IncidentTimes;
  readonly clocks: readonly ResponseClock[];
  readonly share: IncidentBudgetShare;
  readonly largeIncidentRatio: number;
};

/** Who fills a blank: roles, never names. */
type Role = "incident commander" | "service owner" | "responders" | "communications lead";

/**
 * Drafts an incident's postmortem in Markdown, in UTC: what the timeline knows is filled in, and what only people know is
 * marked `To be completed by` a role. `events` are those that made `state`. Names stand in the timeline alone; everything
 * foreign is escaped. The same input gives the same text.
 */
export function renderPostmortem(
  state: IncidentState,
  events: readonly IncidentEvent[],
  options: PostmortemOptions,
): string {
  const draft: Draft = {
    state,
    events,
    atMs: options.atMs,
    times: incidentTimes(state),
    clocks: responseClocks(state, options.atMs),
    share: incidentBudgetShare(state, options.evaluation),
    largeIncidentRatio: options.largeIncidentRatio ?? LARGE_INCIDENT_RATIO,
  };
  const sections = [
    head(draft),
    ["## Summary", "", ...summary(draft)],
    ["## Timeline (UTC)", "", ...timeline(draft)],
    ["## What happened", "", ...whatHappened(draft)],
    ["## Why", "", ...why(draft)],
    ["## Impact", "", ...impact(draft)],
    ["## Action items", "", ...actionItems(draft)],
    ["## What went well", "", ...wentWell(draft)],
    ["## What could improve", "", ...couldImprove(draft)],
    ["## Prevention", "", blank("service owner", "what keeps this kind of incident from happening again")],
    ["## Evidence", "", ...evidence(draft)],
  ];
  return `${sections.map((section) => section.join("\n")).join("\n\n")}\n`;
}

function blank(role: Role, what: string): string {
  return `_To be completed by the ${role}: ${what}._`;
}

function head({ state, atMs }: Draft): readonly string[] {
  return [
    `# Postmortem: ${escapeMarkdown(state.id)}, ${escapeMarkdown(state.title)}`,
    "",
    `Draft from the timeline, ${utcWords(atMs)}. It asks what made the incident possible, not who: causes name roles, not people.`,
  ];
}

function summary(draft: Draft): readonly string[] {
  const { state } = draft;
  const slo = state.alert === undefined ? [] : [`- **Objective**: ${escapeMarkdown(state.alert.sloId)}`];
  return [
    `- **Severity**: ${state.severity} (${RESPONSE_TARGETS[state.severity].meaning})`,
    `- **Service**: ${escapeMarkdown(state.service)}`,
    ...slo,
    `- **Status**: ${state.status}`,
    `- **Duration**: ${durationLine(draft)}`,
    `- **Impact**: ${budgetLine(draft.share)} ${blank("incident commander", "what users met")}`,
    `- **Root cause**: ${blank("service owner", "one sentence")}`,
  ];
}

function durationLine({ times, atMs, state }: Draft): string {
  if (times.timeToResolveMs === undefined) {
    return `${formatDuration(atMs - times.detectedAtMs)} so far, and not resolved`;
  }
  const rounds = state.rounds.length;
  const reopened = rounds === 1 ? "" : `, of which ${formatDuration(times.openMs)} open, in ${rounds} rounds`;
  return `${formatDuration(times.timeToResolveMs)} from detection to resolution${reopened}`;
}

function timeline({ events }: Draft): readonly string[] {
  const rows = incidentTimeline(events).map(
    (entry) => `| ${entry.at} | ${escapeMarkdown(entry.actor)} | ${escapeMarkdown(entry.text)} |`,
  );
  return ["| Time | Who | What |", "| --- | --- | --- |", ...rows];
}

function whatHappened({ state, times }: Draft): readonly string[] {
  const sentences = [
    times.timeToDetectMs === undefined
      ? `It was detected at ${utcWords(times.detectedAtMs)}`
      : `It began at ${utcWords(times.detectedAtMs - times.timeToDetectMs)} and was detected ${formatDuration(times.timeToDetectMs)} later`,
    `It was declared at ${utcWords(times.declaredAtMs)}`,
    times.timeToAcknowledgeMs === undefined
      ? "Nobody acknowledged it"
      : `A responder acknowledged it ${formatDuration(times.timeToAcknowledgeMs)} after detection`,
    ...(state.rounds.length === 1 ? [] : [`It was reopened ${repeatWords(state.rounds.length - 1)}`]),
    times.resolvedAtMs === undefined ? "It is not resolved" : `It was resolved at ${utcWords(times.resolvedAtMs)}`,
  ];
  return [
    `${sentences.join(". ")}.`,
    "",
    blank("incident commander", "the story, in the order in which it was understood"),
  ];
}

function repeatWords(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function why({ events }: Draft): readonly string[] {
  const symptom = events.flatMap((event) =>
    event.type === "incident.declared" && event.data.alert !== undefined
      ? [`What the engine measured: ${escapeMarkdown(event.data.alert.explanation)}`, ""]
      : [],
  );
  return [
    "### Immediate cause",
    "",
    ...symptom,
    blank("responders", "what failed, at the place where it failed"),
    "",
    "### Contributing causes",
    "",
    blank("responders", "what made it likely, worse, or slow to notice"),
    "",
    "### Root cause",
    "",
    blank("service owner", "the condition without which it would not have happened"),
  ];
}

function impact(draft: Draft): readonly string[] {
  return [
    `- **Users**: ${blank("incident commander", "who was affected, how many, and how")}`,
    `- **Duration**: ${durationLine(draft)}`,
    `- **Business**: ${blank("communications lead", "cost, contracts, reputation")}`,
    `- **Error budget consumed by this incident**: ${budgetLine(draft.share)}`,
  ];
}

function budgetLine(share: IncidentBudgetShare): string {
  if (share.kind === "unknown") return `Not known, because ${share.reason}.`;
  const { bad, allowedBad, shareRatio, exactness, leftMs, leadRatioAtMost, edgeBad } = share;
  const counts = `${count(bad)} bad events of ${count(allowedBad)} that the period allows`;
  const notes = {
    exact: "",
    "net-of-left": ` At least that: what left the rolling period in ${formatDuration(leftMs)} is taken off.`,
    "turned-over": ` A new period began meanwhile, and only what is in it is counted.`,
  };
  const edge =
    edgeBad === 0 ? "" : ` At most ${count(edgeBad)} bad events at the period's edge may be counted wrongly.`;
  const lead = leadRatioAtMost === 0 ? "" : ` Before it was detected, at most another ${percent(leadRatioAtMost)}.`;
  const interval = `measured from ${utcWords(share.fromMs)} to ${utcWords(share.toMs)}`;
  return `${percent(shareRatio)} of the period's budget (${counts}, ${interval}).${notes[exactness]}${edge}${lead}`;
}

function actionItems({ share, largeIncidentRatio }: Draft): readonly string[] {
  const table = ["| Action | Owner | Priority | Due |", "| --- | --- | --- | --- |"];
  const todo = "_To be completed by the service owner_";
  if (!isLargeIncident(share, largeIncidentRatio)) return [...table, `| ${todo} | | | |`];
  return [
    `Policy: an incident that consumes more than ${percent(largeIncidentRatio)} of the period's budget needs **at least one P0 action item**.`,
    "",
    ...table,
    `| ${todo} | | P0 | |`,
  ];
}

function wentWell({ clocks }: Draft): readonly string[] {
  const met = clocks
    .filter((clock) => clock.outcome === "met")
    .map((clock) => `- Acknowledged within the ${target(clock)} that ${clock.severity} asks for.`);
  return [...met, `- ${blank("responders", "what helped")}`];
}

function couldImprove({ clocks }: Draft): readonly string[] {
  const breached = clocks
    .filter((clock) => clock.outcome === "breached")
    .map(
      (clock) =>
        `- Not acknowledged within the ${target(clock)} that ${clock.severity} asks for: ${formatDuration(clock.lateMs)} late.`,
    );
  return [...breached, `- ${blank("responders", "what hindered")}`];
}

function target(clock: ResponseClock): string {
  return formatDuration(clock.dueAtMs - clock.startedAtMs);
}

function evidence({ state }: Draft): readonly string[] {
  if (state.evidence.length === 0) return ["None was attached."];
  return state.evidence.map(({ id, kind, source, fromMs, toMs, hash, summary: what }) => {
    const [name, from, words, digest] = [id, source, what, hash].map(escapeMarkdown);
    return `- **${name}**: ${words} (${kind} from ${from}, ${utcWords(fromMs)} to ${utcWords(toMs)}, SHA-256 ${digest})`;
  });
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}

function count(events: number): string {
  return String(Number(events.toFixed(2)));
}
