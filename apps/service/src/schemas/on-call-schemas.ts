import { z } from "zod";
import { severitySchema } from "./incident-schemas.js";
import { instant } from "./slo-schemas.js";
import { expectedVersion, nameOfAuthor, version, words } from "./written-by.js";

const idOf = (what: string) => z.string().min(1).max(200).describe(`the id of ${what}`);
const personId = idOf("a person of the configuration");

export const onCallPersonSchema = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string().optional().describe("whose clock the night hours are on"),
  channels: z.array(z.string()).describe("the notifiers by which a page goes out, without addresses"),
  reachable: z.boolean(),
  unreachable: z.string().optional().describe("why no page would reach them, and what to do"),
});
export type OnCallPersonBody = z.infer<typeof onCallPersonSchema>;

const named = z.object({ id: z.string(), name: z.string() });

export const onCallReasonSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("layer"), layer: z.string(), from: instant, to: instant }),
  z.object({ kind: z.literal("temporary"), temporary: z.string(), from: instant, to: instant }),
  z.object({ kind: z.literal("override"), override: z.string(), insteadOf: z.string().optional() }),
]);
export type OnCallReasonBody = z.infer<typeof onCallReasonSchema>;

export const onCallNowSchema = z.object({
  at: instant,
  schedules: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      people: z
        .array(
          onCallPersonSchema.extend({
            until: instant.optional().describe("absent: for longer than was looked ahead"),
            because: z.array(onCallReasonSchema),
          }),
        )
        .describe("empty is a gap: nobody is on call"),
      next: z
        .object({ from: instant, people: z.array(named).describe("empty is a gap") })
        .optional()
        .describe("who is on call when that changes next; absent: it does not within a year"),
    }),
  ),
});
export type OnCallNow = z.infer<typeof onCallNowSchema>;

const overrideChange = {
  kind: z.enum(["add", "remove", "replace"]),
  person: z.string(),
  with: z.string().optional().describe("who is on call instead, for replace"),
};

export const scheduleOverrideSchema = z.object({
  id: z.string(),
  ...overrideChange,
  from: instant,
  to: instant,
  words: z.string().describe("what it does: ben instead of ana"),
  author: z.string().optional(),
  reason: z.string().optional(),
});
export type ScheduleOverride = z.infer<typeof scheduleOverrideSchema>;

const layerSchema = z.object({
  id: z.string(),
  priority: z.number(),
  every: z.string(),
  length: z.number(),
  start: z.string(),
  handOff: z.string(),
  zone: z.string(),
  participants: z.array(z.string()),
});

const scheduleSummary = { id: z.string(), name: z.string(), layers: z.array(layerSchema) };

export const scheduleListSchema = z.object({
  schedules: z.array(z.object({ ...scheduleSummary, overrides: z.number().int().describe("how many there are") })),
  people: z.array(onCallPersonSchema),
  teams: z.array(named.extend({ members: z.array(z.string()) })),
});
export type ScheduleList = z.infer<typeof scheduleListSchema>;

const span = { from: instant, to: instant };

export const scheduleDetailSchema = z.object({
  ...scheduleSummary,
  version: version.describe("grows with every change that people make in it; 0 as the configuration has it"),
  ...span,
  shifts: z
    .array(
      z.object({
        ...span,
        people: z.array(named.extend({ because: z.array(onCallReasonSchema) })).describe("empty is a gap"),
      }),
    )
    .describe("contiguous, filling the range; cut only at its ends"),
  gaps: z.array(z.object(span)),
  overrides: z.array(scheduleOverrideSchema).describe("those that touch the range"),
  people: z.array(onCallPersonSchema).describe("everybody in the schedule"),
});
export type ScheduleDetail = z.infer<typeof scheduleDetailSchema>;

export const rangeQuerySchema = z.object({
  from: instant.optional().describe("ISO 8601, UTC; now"),
  to: instant.optional().describe("ISO 8601, UTC; two weeks after `from`; at most 366 days after it"),
});

const changeInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("add"), person: personId, ...span }),
  z.strictObject({ kind: z.literal("remove"), person: personId, ...span }),
  z.strictObject({ kind: z.literal("replace"), person: personId, with: personId, ...span }),
]);
export type OverrideChangeInput = z.infer<typeof changeInput>;

const said = { author: nameOfAuthor.optional(), reason: words(500).optional(), expectedVersion };

export const scheduleOverrideInputSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("add"), person: personId, ...span, ...said }),
  z.strictObject({ kind: z.literal("remove"), person: personId, ...span, ...said }),
  z.strictObject({ kind: z.literal("replace"), person: personId, with: personId, ...span, ...said }),
]);

const swappedShift = z.strictObject({ person: personId, ...span });
export const swapInputSchema = z.strictObject({ first: swappedShift, second: swappedShift, ...said });

export const scheduleDifferenceSchema = z.object({
  ...span,
  before: z.array(z.string()),
  after: z.array(z.string()),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  opensGap: z.boolean(),
});
export type ScheduleDifferenceBody = z.infer<typeof scheduleDifferenceSchema>;

export const scheduleChangedSchema = z.object({
  version: version.describe("of the schedule"),
  overrides: z.array(scheduleOverrideSchema),
  differences: z
    .array(scheduleDifferenceSchema)
    .describe("what it came to when it was made; none when it changes nobody, or was made by an earlier request"),
});
export type ScheduleChanged = z.infer<typeof scheduleChangedSchema>;

export const calendarImportInputSchema = z.strictObject({
  calendar: z.string().min(1).max(1_000_000).describe("the text of an iCalendar file (RFC 5545)"),
  zone: z.string().min(1).max(100).default("UTC").describe("IANA name: of dates, and of times without a zone"),
  to: instant.optional().describe("how far recurring events are followed; 92 days from now"),
  dryRun: z.boolean().default(false).describe("say what it would come to, and store nothing"),
  skipUnreadable: z.boolean().default(false).describe("store what can be read, although something can not"),
  author: nameOfAuthor.optional(),
  expectedVersion,
});
export const calendarImportSchema = z.object({
  version: version.describe("of the schedule"),
  overrides: z.array(scheduleOverrideSchema).describe("those that are new; stored unless it was a dry run"),
  known: z.number().int().describe("how many were there already"),
  problems: z.array(z.object({ line: z.number().int(), message: z.string() })),
  stored: z.boolean(),
});
export type CalendarImport = z.infer<typeof calendarImportSchema>;

export const previewInputSchema = z.strictObject({
  changes: z.array(changeInput).min(1).max(100),
  ...rangeQuerySchema.shape,
  at: instant.optional().describe("also say who would be paged about an incident that begins at this instant"),
  policy: z.string().max(200).optional().describe("by this policy alone; absent: by each that calls this schedule"),
  severity: severitySchema.default("SEV1").describe("of that incident"),
});

export const pageSchema = z.object({
  at: instant,
  step: z.number().int().describe("from 1; 0 is the fallback"),
  people: z.array(
    named.extend({
      sends: z.array(z.object({ at: instant, channel: z.string() })).describe("empty: nothing reaches them"),
    }),
  ),
});
export type PageBody = z.infer<typeof pageSchema>;

export const previewSchema = z.object({
  ...span,
  differences: z.array(scheduleDifferenceSchema),
  pages: z
    .array(
      z.object({
        policy: z.string(),
        before: z.array(pageSchema).describe("the first pass, as long as nobody acknowledges"),
        after: z.array(pageSchema),
      }),
    )
    .optional()
    .describe("there when `at` was given"),
});
export type SchedulePreview = z.infer<typeof previewSchema>;

export const scheduleLintSchema = z.object({
  id: z.string(),
  ...span,
  findings: z.array(
    z.object({
      severity: z.enum(["error", "warning"]),
      code: z.string(),
      path: z.string(),
      message: z.string(),
    }),
  ),
});
export type ScheduleLint = z.infer<typeof scheduleLintSchema>;

export const scheduleLoadSchema = z.object({
  id: z.string(),
  name: z.string(),
  ...span,
  people: z.array(
    named.extend({
      onCallMs: z.number(),
      stretches: z.number().int(),
      pages: z.number().int().describe("pages of incidents, while on call by this schedule"),
      pagesAtNight: z.number().int().describe("of these, in the person's own night"),
      interrupts: z.number().int().describe("pages within 15 minutes of the one before are one"),
      shortestRestMs: z.number().optional(),
    }),
  ),
  fairness: z.object({
    coverageRatio: z.number(),
    balanceRatio: z.number(),
    score: z.number().int().describe("0 to 100"),
  }),
});
export type ScheduleLoad = z.infer<typeof scheduleLoadSchema>;
