import { escapeMarkdown } from "./escape-markdown.js";
import { LARGE_INCIDENT_RATIO, type IncidentBudgetShare } from "./incident-budget-share.js";
import { incidentClocks, incidentTimes } from "./incident-clocks.js";
import type { IncidentEvent } from "./incident-event.js";
import type { IncidentState } from "./incident.js";
import { utcWords } from "./instant-words.js";
import { incidentCost } from "./people/incident-cost.js";
import { namesToRoles, type NamedPerson } from "./postmortem/blameless.js";
import {
  POSTMORTEM_SECTIONS,
  type PostmortemSectionId,
  type ReviewState,
  type SectionEdit,
} from "./postmortem/postmortem-section.js";
import { safeMarkdown } from "./postmortem/safe-markdown.js";
import { SECTION_WRITERS, type Draft } from "./postmortem/section-writers.js";

/** What a postmortem's draft needs beside the incident. */
export type PostmortemOptions = {
  /** The instant it is drawn up at: an incident that is open has lasted until then. */
  readonly atMs: number;
  /** What it took of the budget. */
  readonly share: IncidentBudgetShare;
  /** From which share of the period's budget on policy asks for a P0 action item; default 20 %. */
  readonly largeIncidentRatio?: number;
  /** Whoever else's name causes are not to have; see `namesToRoles`. */
  readonly people?: readonly NamedPerson[];
};

/** A postmortem in its parts: what was generated is there, whatever people wrote in its place. */
export type PostmortemDocument = {
  /** Plain text. */
  readonly title: string;
  readonly review: ReviewState;
  readonly sections: readonly {
    readonly id: PostmortemSectionId;
    readonly heading: string;
    /** Safe Markdown, made anew from the timeline each time. */
    readonly generated: string;
    /** What somebody wrote in its place: `text` as they wrote it, `markdown` as it may be shown. */
    readonly edit?: SectionEdit & { readonly markdown: string };
  }[];
};

/** The sections that say why: roles stand in them, not names. */
const CAUSES: ReadonlySet<PostmortemSectionId> = new Set(["summary", "why", "prevention"]);

/**
 * Draws a postmortem up in its sections, each as generated from the timeline and, where somebody edited it, as they wrote
 * it. `events` are those that made `state`. The same input gives the same document.
 */
export function postmortemDocument(
  state: IncidentState,
  events: readonly IncidentEvent[],
  options: PostmortemOptions,
): PostmortemDocument {
  const { atMs, share } = options;
  const clocks = incidentClocks(state, atMs);
  const draft: Draft = {
    state,
    events,
    atMs,
    times: incidentTimes(state),
    // Where no call was ever recorded, nothing records them.
    clocks: clocks.filter(({ kind }) => kind !== "escalate" || state.calls.length > 0),
    share,
    cost: incidentCost(state, atMs, share),
    largeIncidentRatio: options.largeIncidentRatio ?? LARGE_INCIDENT_RATIO,
    blameless: namesToRoles(state, events, options.people),
  };
  const { edits, review } = state.postmortem;
  const sections = POSTMORTEM_SECTIONS.map(({ id, heading }) => {
    const generated = SECTION_WRITERS[id](draft).join("\n");
    const edit = edits.find(({ section }) => section === id);
    if (edit === undefined) return { id, heading, generated };
    const markdown = safeMarkdown(CAUSES.has(id) ? draft.blameless(edit.text) : edit.text);
    return { id, heading, generated, edit: { ...edit, markdown } };
  });
  return { title: `Postmortem: ${state.id}, ${state.title}`, review, sections };
}

/**
 * Drafts an incident's postmortem in Markdown, in UTC: what the timeline knows is filled in, and what only people know is
 * marked `To be completed by` a role. A section that somebody edited is theirs, with the generated one quoted below it.
 * Names stand in the timeline and under edits and reviews alone; everything foreign is escaped.
 */
export function renderPostmortem(
  state: IncidentState,
  events: readonly IncidentEvent[],
  options: PostmortemOptions,
): string {
  const { review, sections, title } = postmortemDocument(state, events, options);
  const head = [
    `# ${escapeMarkdown(title)}`,
    "",
    `${review.status === "approved" ? "Made" : "Draft"} from the timeline, ${utcWords(options.atMs)}. It asks what made the incident possible, not who: causes name roles, not people.`,
    ...reviewLines(review),
  ].join("\n");
  const parts = sections.map(({ edit, generated, heading }) =>
    [`## ${heading}`, edit === undefined ? generated : beside(edit, generated)].join("\n\n"),
  );
  return `${[head, ...parts].join("\n\n")}\n`;
}

function reviewLines(review: ReviewState): readonly string[] {
  if (review.status === "draft") return [];
  const words = review.status === "approved" ? "Approved by" : "In review, asked for by";
  return ["", `**${words} ${escapeMarkdown(review.by)}**, ${utcWords(review.atMs)}.`];
}

function beside({ atMs, author, markdown }: SectionEdit & { readonly markdown: string }, generated: string): string {
  const quoted = generated.split("\n").map((line) => `> ${line}`.trimEnd());
  return [
    markdown,
    "",
    `_Written by ${escapeMarkdown(author)}, ${utcWords(atMs)}. Generated from the timeline:_`,
    "",
    ...quoted,
  ].join("\n");
}
