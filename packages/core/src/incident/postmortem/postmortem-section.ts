/** A part of a postmortem, by the name that edits use. */
export type PostmortemSectionId =
  | "summary"
  | "timeline"
  | "what-happened"
  | "why"
  | "impact"
  | "action-items"
  | "went-well"
  | "could-improve"
  | "prevention"
  | "evidence";

/** Every section with its heading, in the order in which they stand. */
export const POSTMORTEM_SECTIONS = [
  { id: "summary", heading: "Summary" },
  { id: "timeline", heading: "Timeline (UTC)" },
  { id: "what-happened", heading: "What happened" },
  { id: "why", heading: "Why" },
  { id: "impact", heading: "Impact" },
  { id: "action-items", heading: "Action items" },
  { id: "went-well", heading: "What went well" },
  { id: "could-improve", heading: "What could improve" },
  { id: "prevention", heading: "Prevention" },
  { id: "evidence", heading: "Evidence" },
] as const satisfies readonly { readonly id: PostmortemSectionId; readonly heading: string }[];

/** The names of the sections, in order. */
export const POSTMORTEM_SECTION_IDS: readonly PostmortemSectionId[] = POSTMORTEM_SECTIONS.map(({ id }) => id);

/** What somebody wrote in a section's place. */
export type SectionEdit = {
  readonly section: PostmortemSectionId;
  readonly text: string;
  readonly author: string;
  readonly atMs: number;
};

/** How far a postmortem has come. An edit after its approval makes it a draft again. */
export type ReviewState =
  | { readonly status: "draft" }
  | { readonly status: "in-review"; readonly by: string; readonly atMs: number }
  | { readonly status: "approved"; readonly by: string; readonly atMs: number };

/** What people did to a postmortem; the rest is made from the timeline. */
export type PostmortemState = {
  /** The newest edit of each section that has one, in the order in which they were first edited. */
  readonly edits: readonly SectionEdit[];
  readonly review: ReviewState;
};

/** A postmortem that nobody has touched. */
export const UNTOUCHED_POSTMORTEM: PostmortemState = { edits: [], review: { status: "draft" } };
