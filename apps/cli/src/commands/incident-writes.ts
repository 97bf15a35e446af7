import { readFile } from "node:fs/promises";
import { incidentSummarySchema, incidentWrittenSchema, type IncidentSummary } from "@plimsoll/service/api";
import { usageError } from "../cli-error.js";
import { optionList, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import { addDecision } from "./write-decision.js";
import { deciderOf, expectedOf, expiryOf, instantOf, keyOf, neededText } from "./written-options.js";

/** What a verb sends beside who asks. */
type Given = (input: CommandInput) => object | Promise<object>;

const nothing: Given = () => ({});
const because =
  (what: string): Given =>
  (input) => ({ reason: neededText(input, "reason", what) });
const text: Given = ({ arguments: [, said] }) => ({ text: said });

/** By the last word of the address. */
const VERBS: Readonly<Record<string, Given>> = {
  declare: (input) => ({
    title: input.arguments[0],
    service: neededText(input, "service", "say which service it is about"),
    severity: neededText(input, "severity", "say how bad it is, SEV1 to SEV4"),
    ...instantIn(input, "started", "startedAt"),
  }),
  acknowledge: nothing,
  unacknowledge: because("say why it is given back"),
  "start-mitigation": text,
  "confirm-mitigation": text,
  "change-severity": (input) => ({
    severity: input.arguments[1],
    reason: neededText(input, "reason", "say why it is worse, or not as bad"),
  }),
  note: text,
  resolve: because("say why the incident is over"),
  reopen: because("say why it is not over"),
  close: (input) => textIn(input, "reason"),
  "update-status": (input) => ({
    audience: optionText(input, "audience") ?? "stakeholders",
    text: input.arguments[1],
  }),
  escalate: because("say whom or what you need"),
  confirm: nothing,
  pause: (input) => ({
    until: expiryOf(input),
    reason: neededText(input, "reason", "say why nobody is to be called"),
  }),
  resume: nothing,
  "assign-role": ({ arguments: [, role, person] }) => ({ role, person }),
  "hand-over": (input) => ({
    role: input.arguments[1],
    to: input.arguments[2],
    handedOver: neededText(input, "handed-over", "say what is under way, what is promised, what to watch"),
    ...textIn(input, "from"),
  }),
  "release-role": (input) => ({
    role: input.arguments[1],
    person: input.arguments[2],
    reason: neededText(input, "reason", "say why the role ends"),
  }),
  link: (input) => ({
    kind: input.arguments[1],
    id: input.arguments[2],
    relation: neededText(input, "relation", "say what the tie is"),
  }),
  unlink: ({ arguments: [, kind, id] }) => ({ kind, id }),
  merge: (input) => ({
    into: input.arguments[1],
    reason: neededText(input, "reason", "say why they are one"),
  }),
  split: (input) => ({
    title: input.arguments[1],
    severity: neededText(input, "severity", "say how bad the part is, SEV1 to SEV4"),
    keys: optionList(input, "alert"),
    reason: neededText(input, "reason", "say why it is another"),
    ...textIn(input, "service"),
  }),
  "add-action": (input) => ({
    title: input.arguments[1],
    owner: neededText(input, "owner", "say who does it"),
    priority: neededText(input, "priority", "say how much it matters, P0 to P3"),
    due: instantOf(neededText(input, "due", "say by when"), "due"),
  }),
  "change-action": (input) => ({
    actionId: input.arguments[1],
    ...textIn(input, "title"),
    ...textIn(input, "owner"),
    ...textIn(input, "priority"),
    ...instantIn(input, "due", "due"),
    reason: neededText(input, "reason", "say why it changes"),
  }),
  "complete-action": (input) => ({
    actionId: input.arguments[1],
    outcome: neededText(input, "outcome", "say what came of it"),
  }),
  "drop-action": (input) => ({
    actionId: input.arguments[1],
    reason: neededText(input, "reason", "say why nobody does it"),
  }),
  "edit-postmortem": async (input) => ({ section: input.arguments[1], text: await writtenText(input) }),
  "restore-postmortem": ({ arguments: [, section] }) => ({ section }),
  "review-postmortem": (input) => ({ status: input.arguments[1], ...textIn(input, "comment") }),
};

/** Makes the command that asks this of an incident. */
export function askIncident(verb: string): CommandRun {
  return async (input, io) => {
    const given = await VERBS[verb]?.(input);
    const by = deciderOf(input, io);
    const id = encodeURIComponent(input.arguments[0] ?? "");
    return addDecision(input, io, {
      path: verb === "declare" ? "/api/v1/incidents" : `/api/v1/incidents/${id}/${verb}`,
      body: { ...given, by, ...expectedOf(input) },
      answer: verb === "declare" ? incidentSummarySchema : incidentWrittenSchema,
      words: standing,
      ...keyOf(input),
    });
  };
}

function standing({
  id,
  mergedInto,
  severity,
  splitInto,
  status,
  title,
}: IncidentSummary & { readonly splitInto?: string | undefined }): string {
  const merged = mergedInto === undefined ? "" : `, merged into ${mergedInto}`;
  const split = splitInto === undefined ? "" : `; a part of it is ${splitInto} now`;
  return `${id} is ${status} (${severity})${merged}: ${title}${split}`;
}

function textIn(input: CommandInput, name: string): object {
  const given = optionText(input, name);
  return given === undefined ? {} : { [name]: given };
}

function instantIn(input: CommandInput, option: string, field: string): object {
  const given = optionText(input, option);
  return given === undefined ? {} : { [field]: instantOf(given, option) };
}

async function writtenText(input: CommandInput): Promise<string> {
  const [said, file] = [optionText(input, "text"), optionText(input, "file")];
  if ((said === undefined) === (file === undefined)) throw usageError("Give either --text or --file.");
  if (file === undefined) return said ?? "";
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw usageError(`--file: ${JSON.stringify(file.slice(0, 200))} cannot be read (${code}).`);
  }
}
