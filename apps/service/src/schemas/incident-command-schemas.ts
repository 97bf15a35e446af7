import {
  ACTION_PRIORITIES,
  AUDIENCES,
  INCIDENT_ROLES,
  LINK_KINDS,
  POSTMORTEM_SECTION_IDS,
  TEXT_LIMITS,
} from "@plimsoll/core";
import { z } from "zod";
import { severitySchema } from "./incident-schemas.js";
import { instant } from "./slo-schemas.js";
import { expectedVersion, nameOfAuthor, words } from "./written-by.js";

/** What every write about an incident may say beside its own. */
const said = {
  by: nameOfAuthor
    .optional()
    .describe("on whose behalf; recorded together with the token's name, which stands alone when absent"),
  expectedVersion,
};

const text = words(TEXT_LIMITS.text);
const reason = words(2000);
const line = words(500).regex(/^[^\p{Cc}\u2028\u2029]*$/u, "one line, without control characters");
const name = nameOfAuthor;
const id = words(200).regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u, "one line, without control characters");
const section = z.enum(POSTMORTEM_SECTION_IDS);
const actionId = z.string().regex(/^A\d{1,6}$/, 'the id of an action item, such as "A1"');
const priority = z.enum(ACTION_PRIORITIES);
const role = z.enum(INCIDENT_ROLES);

function body<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...said, ...shape });
}

/** What each verb takes, by the last word of its address. */
export const INCIDENT_BODIES = {
  declare: body({
    title: line,
    service: name,
    severity: severitySchema,
    startedAt: instant.optional().describe("when users began to be affected, where that is known"),
    detectedAt: instant.optional().describe("when it was noticed; absent: now"),
  }),
  plain: body({}),
  reason: body({ reason }),
  text: body({ text }),
  "change-severity": body({ severity: severitySchema, reason }),
  close: body({ reason: reason.optional() }),
  "assign-role": body({ role, person: name }),
  "hand-over": body({
    role,
    from: name.optional().describe("needed where several people have the role"),
    to: name,
    handedOver: text.describe("what the next one takes over: what is under way, what is promised, what to watch"),
  }),
  "release-role": body({ role, person: name, reason }),
  "update-status": body({ audience: z.enum(AUDIENCES), text }),
  link: body({
    kind: z.enum(LINK_KINDS),
    id,
    relation: line.describe("what the tie is, such as: began right after it"),
  }),
  unlink: body({ kind: z.enum(LINK_KINDS), id }),
  merge: body({ into: z.string().max(40).describe("the incident that goes on"), reason }),
  split: body({
    title: line,
    severity: severitySchema,
    service: name.optional().describe("absent: the same"),
    keys: z.array(words(500)).max(1000).default([]).describe("the alerts that go with it"),
    reason,
  }),
  "add-action": body({ title: line, owner: name, priority, due: instant }),
  "change-action": body({
    actionId,
    title: line.optional(),
    owner: name.optional(),
    priority: priority.optional(),
    due: instant.optional(),
    reason,
  }),
  "complete-action": body({ actionId, outcome: reason }),
  "drop-action": body({ actionId, reason }),
  "edit-postmortem": body({ section, text: words(TEXT_LIMITS.postmortemSection).describe("Markdown") }),
  "restore-postmortem": body({ section }),
  "review-postmortem": body({
    status: z.enum(["draft", "in-review", "approved"]).describe("approved needs the role approver"),
    comment: words(2000).optional(),
  }),
  "attach-evidence": body({
    // With a slash are what the engine finds itself: whoever took such an id beforehand would keep a transition from happening.
    id: id
      .regex(/^[^/]*$/, "an id without a slash, such as E1: with one it is the engine's")
      .regex(/^(?!\.{1,2}$)/, 'an id other than "." and "..", which no address can end in')
      .optional()
      .describe("absent: made from its hash; without a slash"),
    kind: z.enum(["changes", "topology", "logs", "traces", "other"]),
    source: line.describe("who or what observed it"),
    from: instant,
    to: instant.describe("the end of what it tells of, not before its start"),
    summary: line,
    data: words(20_000).describe("what was seen, as text; hashed, and never changed"),
  }),
  pause: body({ until: instant, reason }),
} as const;
