import { formatDuration } from "../../slo/duration.js";
import { escapeMarkdown } from "../escape-markdown.js";
import { isLargeIncident, type IncidentBudgetShare } from "../incident-budget-share.js";
import type { IncidentClock, IncidentTimes } from "../incident-clocks.js";
import type { IncidentEvent } from "../incident-event.js";
import { incidentTimeline } from "../incident-timeline.js";
import type { IncidentState } from "../incident.js";
import { utcWords } from "../instant-words.js";
import { percentWords, shareWords } from "../share-words.js";
import type { IncidentCost } from "../people/incident-cost.js";
import type { ClockKind } from "../people/target-breach.js";
import { RESPONSE_TARGETS } from "../severity.js";
import type { PostmortemSectionId } from "./postmortem-section.js";

/** Everything that the sections are written from. */
export type Draft = {
  readonly state: IncidentState;
  readonly events: readonly IncidentEvent[];
  readonly atMs: number;
  readonly times: IncidentTimes;
  readonly clocks: readonly IncidentClock[];
  readonly share: IncidentBudgetShare;
  readonly cost: IncidentCost;
  readonly largeIncidentRatio: number;
  /** Puts roles in the place of names. */
  readonly blameless: (text: string) => string;
};

/** Who fills a blank: roles, never names. */
type Role = "incident commander" | "service owner" | "responders" | "communications lead";

/** Writes each section from what the timeline knows; the lines are safe Markdown. */
export const SECTION_WRITERS: Readonly<Record<PostmortemSectionId, (draft: Draft) => readonly string[]>> = {
  summary,
  timeline,
  "what-happened": whatHappened,
  why,
  impact,
  "action-items": actionItems,
  "went-well": wentWell,
  "could-improve": couldImprove,
  prevention: () => [blank("service owner", "what keeps this kind of incident from happening again")],
  evidence,
};

function blank(role: Role, what: string): string {
  return `_To be completed by the ${role}: ${what}._`;
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
    ...(times.timeToMitigateMs === undefined
      ? []
      : [`The impact on users ended ${formatDuration(times.timeToMitigateMs)} after detection`]),
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

function why({ blameless, events }: Draft): readonly string[] {
  const symptom = events.flatMap((event) => {
    if (event.type !== "incident.declared") return [];
    const { alert, external } = event.data;
    return [
      ...(alert === undefined ? [] : [`What the engine measured: ${escapeMarkdown(alert.explanation)}`, ""]),
      ...(external === undefined
        ? []
        : [`What ${escapeMarkdown(external.source)} reported: ${escapeMarkdown(blameless(external.explanation))}`, ""]),
    ];
  });
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
    ...peopleLine(draft.cost),
  ];
}

function peopleLine({ people, totalMs }: IncidentCost): readonly string[] {
  if (people.length === 0) return [];
  return [
    `- **People's time**: ${formatDuration(totalMs)} of ${people.length === 1 ? "one person" : `${people.length} people`}`,
  ];
}

function budgetLine(share: IncidentBudgetShare): string {
  if (share.kind === "unknown") return `Not known, because ${share.reason}.`;
  if (share.kind === "none") return `None: ${share.reason}.`;
  return `${shareWords(share)}.`;
}

function actionItems({ largeIncidentRatio, share, state }: Draft): readonly string[] {
  const large = isLargeIncident(share, largeIncidentRatio);
  const policy = `Policy: an incident that consumes more than ${percentWords(largeIncidentRatio)} of the period's budget needs **at least one P0 action item**.`;
  const kept = state.actions.filter(({ status }) => status !== "dropped");
  const rows = kept.map((item) => {
    const [title, owner] = [item.title, item.owner].map(escapeMarkdown);
    const done = item.status === "done" ? `, done ${utcWords(item.doneAtMs)}` : "";
    return `| ${item.id}: ${title} | ${owner} | ${item.priority} | ${utcWords(item.dueAtMs)}${done} |`;
  });
  const todo = "_To be completed by the service owner_";
  const p0Missing = large && !kept.some(({ priority }) => priority === "P0");
  const asked = p0Missing ? [`| ${todo} | | P0 | |`] : rows.length === 0 ? [`| ${todo} | | | |`] : [];
  return [
    ...(large ? [policy, ""] : []),
    "| Action | Owner | Priority | Due |",
    "| --- | --- | --- | --- |",
    ...rows,
    ...asked,
  ];
}

const MET_WORDS: Readonly<Record<ClockKind, string>> = {
  acknowledge: "Acknowledged",
  escalate: "People were called",
  stakeholders: "Stakeholders were told",
};

const MISSED_WORDS: Readonly<Record<ClockKind, string>> = {
  acknowledge: "Not acknowledged",
  escalate: "Nobody was called",
  stakeholders: "Stakeholders were not told",
};

function wentWell({ clocks }: Draft): readonly string[] {
  const met = clocks
    .filter((clock) => clock.outcome === "met")
    .map((clock) => `- ${MET_WORDS[clock.kind]} within the ${target(clock)} that ${clock.severity} asks for.`);
  return [...met, `- ${blank("responders", "what helped")}`];
}

function couldImprove({ clocks }: Draft): readonly string[] {
  const breached = clocks
    .filter((clock) => clock.outcome === "breached")
    .map(
      (clock) =>
        `- ${MISSED_WORDS[clock.kind]} within the ${target(clock)} that ${clock.severity} asks for: ${formatDuration(clock.lateMs)} late.`,
    );
  return [...breached, `- ${blank("responders", "what hindered")}`];
}

function target(clock: IncidentClock): string {
  return formatDuration(clock.dueAtMs - clock.startedAtMs);
}

function evidence({ state }: Draft): readonly string[] {
  if (state.evidence.length === 0) return ["None was attached."];
  return state.evidence.map(({ id, kind, source, fromMs, toMs, hash, summary: what }) => {
    const [name, from, words, digest] = [id, source, what, hash].map(escapeMarkdown);
    return `- **${name}**: ${words} (${kind} from ${from}, ${utcWords(fromMs)} to ${utcWords(toMs)}, SHA-256 ${digest})`;
  });
}
