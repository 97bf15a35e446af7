import {
  failure,
  HTTP_METHODS,
  RUNBOOK_LEVELS,
  STEP_RISKS,
  success,
  type CommandCall,
  type HttpCall,
  type RunbookCheck,
  type TimedCheck,
} from "@plimsoll/core";
import { z } from "zod";
import { present } from "../resolve/read-entry.js";
import { choice, duration, id, shorten, textScalar, wholeNumber, words } from "../schema/scalar.js";

const STATUS_WORDS = "statuses such as `200` or `200-299`";
const status = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(String(value).trim());
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (match !== null && from <= to) return { from, to };
  const params = { expected: STATUS_WORDS, fix: "Write a status, or two with `-` between." };
  context.addIssue({ code: "custom", message: `\`${shorten(String(value))}\` is no HTTP status.`, params });
  return z.NEVER;
});

const call = z.strictObject({
  method: choice(HTTP_METHODS, "The method; POST for an action and GET for a check, unless said.").optional(),
  url: words(
    "Where the request goes; `{{name}}` is a parameter's value.",
    "an address such as `http://shop.example/x`",
  ),
  headers: z.record(z.string(), z.string()).optional(),
  secretHeaders: id("A set of secret headers that the host's settings hold.").optional(),
  body: z.json().meta({ description: "Sent as JSON." }).optional(),
  status: z
    .array(status)
    .min(1, "The list is empty.")
    .meta({ expected: `a list of ${STATUS_WORDS}` })
    .optional(),
});

function callOf(input: z.output<typeof call>, method: HttpCall["method"]): HttpCall {
  const { body, headers = {}, secretHeaders, url } = input;
  return {
    method: input.method ?? method,
    url,
    headers,
    ...present({ secretHeaders, body }),
    status: input.status ?? [{ from: 200, to: 299 }],
  };
}

const argumentList = z
  .array(z.union([z.string(), z.number()]).transform(String))
  .min(1, "The list is empty.")
  .meta({ description: "The program and its arguments.", expected: "a list such as `[systemctl, restart, shop]`" });

const program = z.strictObject({
  run: argumentList,
  shell: z.boolean().meta({ description: "Whether a shell reads it; then it is one text." }).optional(),
  environment: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "It is no name of a variable."))
    .meta({ description: "Names of the variables that the program may see." })
    .optional(),
  directory: words("Where it runs.").optional(),
});
const command = z.union([argumentList, program]);

const EXIT_CODES = { expected: "a list of codes such as `[75]`" };
/** A check has no attempts to repeat; what acts may have. */
const actingCommand = z.union([
  argumentList,
  program.extend({
    retryOn: z
      .array(wholeNumber("A code that a program ends with.", { min: 1, max: 255 }))
      .min(1, "The list is empty.")
      .meta({ description: "The codes to end with that are worth another attempt; none when absent.", ...EXIT_CODES })
      .optional(),
  }),
]);

function commandOf(input: z.output<typeof actingCommand>): CommandCall {
  const { directory, environment = [], retryOn, run, shell = false } = Array.isArray(input) ? { run: input } : input;
  const [name = "", ...rest] = run;
  return { arguments: [name, ...rest], shell, environment, ...present({ directory, retryOn }) };
}

const jsonTest = z.strictObject({
  path: words("Where the value is in the answer, such as `load.errors`."),
  below: z.number().optional(),
  above: z.number().optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});

const instances = z.strictObject({
  fleet: id("The fleet that knows the instances."),
  of: words("Whose instances, such as a service."),
  atLeast: wholeNumber("How many have to be healthy.", { min: 1, max: 10_000 }),
});

type CheckInput = {
  readonly http?: z.output<typeof httpCheck> | undefined;
  readonly command?: z.output<typeof command> | undefined;
  readonly slo?: string | undefined;
  readonly instances?: z.output<typeof instances> | undefined;
  readonly not?: RunbookCheck | undefined;
};

const httpCheck = call.extend({
  includes: words("A text that has to be in the answer.").optional(),
  json: jsonTest.optional(),
});

const CHECK_KEYS = ["http", "command", "slo", "instances", "not"] as const;
const checkShape = {
  http: httpCheck.optional(),
  command: command.optional(),
  slo: id("An SLO that has to be healthy.").optional(),
  instances: instances.optional(),
  get not(): z.ZodOptional<z.ZodType<RunbookCheck>> {
    return check.optional();
  },
};

const check: z.ZodType<RunbookCheck> = z.lazy(() =>
  z
    .strictObject(checkShape)
    .superRefine((input, context) => exactlyOne(input, CHECK_KEYS, context))
    .transform(checkOf)
    .meta({ description: "A question that changes nothing.", expected: `a map with one of ${CHECK_KEYS.join(", ")}` }),
);

function checkOf(input: CheckInput): RunbookCheck {
  const { http, not } = input;
  if (http !== undefined) {
    const { includes, json } = http;
    const test = json === undefined ? undefined : { ...present(json), path: json.path };
    return { kind: "http", call: callOf(http, "GET"), ...present({ includes, json: test }) };
  }
  if (input.command !== undefined) return { kind: "command", call: commandOf(input.command) };
  if (input.instances !== undefined) {
    const { atLeast, fleet, of: target } = input.instances;
    return { kind: "instances", fleet, target, atLeast };
  }
  return not === undefined ? { kind: "slo", slo: input.slo ?? "" } : { kind: "not", check: not };
}

const timedShape = {
  check,
  within: duration("How long it may take to come true.", "2m"),
  every: duration("How often to look; 5s when absent.", "5s").optional(),
};
const timed = z
  .strictObject(timedShape)
  .transform(({ check, every = 5_000, within }): TimedCheck => ({ check, withinMs: within, everyMs: every }))
  .meta({ expected: "a map with `check` and `within`" });

const remedy = z.strictObject({
  by: id("The remediator."),
  remedy: id("What it does, such as `roll-back`."),
  target: words("What it is done to, such as a service."),
  with: z.record(z.string(), z.json()).meta({ description: "Parameters of the remedy." }).optional(),
});

const directShape = {
  http: call.optional(),
  command: actingCommand.optional(),
  remedy: remedy.optional(),
  manual: words("What a person has to do.").optional(),
};
const DIRECT_KEYS = ["http", "command", "remedy", "manual"] as const;
const ACTION_KEYS = [...DIRECT_KEYS, "wait", "runbook"] as const;

const direct = z
  .strictObject(directShape)
  .superRefine((input, context) => exactlyOne(input, DIRECT_KEYS, context))
  .transform(directOf)
  .meta({ expected: `a map with one of ${DIRECT_KEYS.join(", ")}` });

const action = z
  .strictObject({
    ...directShape,
    wait: timed.optional(),
    runbook: z
      .strictObject({ id: id("Another runbook."), with: z.record(z.string(), z.string()).optional() })
      .optional(),
  })
  .superRefine((input, context) => exactlyOne(input, ACTION_KEYS, context))
  .transform((input) => {
    if (input.wait !== undefined) return { kind: "wait-until", until: input.wait } as const;
    if (input.runbook === undefined) return directOf(input);
    return { kind: "runbook", runbook: input.runbook.id, parameters: input.runbook.with ?? {} } as const;
  })
  .meta({ description: "What the step does.", expected: `a map with one of ${ACTION_KEYS.join(", ")}` });

function directOf(input: {
  readonly http?: z.output<typeof call> | undefined;
  readonly command?: z.output<typeof actingCommand> | undefined;
  readonly remedy?: z.output<typeof remedy> | undefined;
  readonly manual?: string | undefined;
}) {
  if (input.http !== undefined) return { kind: "http", call: callOf(input.http, "POST") } as const;
  if (input.command !== undefined) return { kind: "command", call: commandOf(input.command) } as const;
  if (input.remedy === undefined) return { kind: "manual", instruction: input.manual ?? "" } as const;
  const { by, remedy, target, with: parameters = {} } = input.remedy;
  return { kind: "remedy", call: { remediator: by, remedy, target, parameters } } as const;
}

function exactlyOne(input: object, keys: readonly string[], context: z.RefinementCtx): void {
  const given = keys.filter((key) => (input as Record<string, unknown>)[key] !== undefined);
  if (given.length === 1) return;
  const expected = `exactly one of ${keys.join(", ")}`;
  const message = given.length === 0 ? "It says nothing of what." : `It says ${given.join(" and ")} at once.`;
  context.addIssue({ code: "custom", message, params: { expected, fix: `Write ${expected}.` } });
}

const DAY_WORDS = "a day such as `2026-11-20`";
const day = textScalar({ description: "The day of the last rehearsal, in UTC.", expected: DAY_WORDS }, (text) => {
  const atMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(text)
    ? success(atMs)
    : failure({ message: `\`${shorten(text)}\` is no day.`, expected: DAY_WORDS, fix: "Write year, month and day." });
});

const stepSchema = z.strictObject({
  id: id("Names the step; unique in the runbook."),
  title: words("What the step is for."),
  do: action,
  onlyIf: check.optional(),
  approval: z.boolean().meta({ description: "Whether a person has to agree before it runs." }).optional(),
  timeout: duration("How long one attempt may take; 60s when absent.", "60s").optional(),
  retry: z
    .strictObject({
      attempts: wholeNumber("How often it is tried in all.", { min: 1, max: 20 }),
      delay: duration("How long to wait between.", "10s"),
    })
    .optional(),
  verify: timed.optional(),
  undo: z
    .union([z.literal("remediator").transform(() => ({ kind: "undo" }) as const), direct])
    .meta({ description: "What takes it back: `remediator` for its own undo, or an action." })
    .optional(),
  risk: choice(STEP_RISKS, "How much harm it can do; caution when absent.").optional(),
});

const verdicts = z.array(z.enum(["holds", "fails", "unknown"]));
const outcomes = z.array(z.enum(["succeeded", "failed", "retry", "lost"]));
const rehearsalSchema = z.strictObject({
  name: words("What is rehearsed."),
  parameters: z.record(z.string(), z.string()).optional(),
  health: verdicts.meta({ description: "What the health check finds, in order; the last stays." }).optional(),
  steps: z
    .record(
      z.string(),
      z.strictObject({
        onlyIf: verdicts.optional(),
        skipIf: verdicts.optional(),
        guardrail: z.enum(["allowed", "denied"]).optional(),
        approval: z.enum(["given", "refused"]).optional(),
        outcomes: outcomes.optional(),
        verify: verdicts.optional(),
        undo: outcomes.optional(),
      }),
    )
    .optional(),
  expect: z.strictObject({
    path: z.array(words("One thing that happens.")),
    ends: z.enum(["succeeded", "failed", "compensated", "paused", "cancelled", "abandoned"]),
  }),
});

/** One file in `runbooks/`. */
export const runbookFileSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Version of this format: 1.", expected: "1" }),
    runbook: id("Names the runbook."),
    title: words("What it is for."),
    level: z.union(RUNBOOK_LEVELS.map((level) => z.literal(level))).meta({
      description:
        "0 tribal, 1 documented, 2 scripted, 3 started by a person and run by the engine, 4 run by the engine.",
      expected: "a level from 0 to 4",
    }),
    owner: words("Who keeps it right.").optional(),
    symptoms: z.array(words("What one sees who needs it.")).optional(),
    links: z.array(z.strictObject({ title: words("What it shows."), url: words("Where it is.") })).optional(),
    lastRehearsal: day.optional(),
    maximumAge: duration("How old a rehearsal may be; 90d when absent.", "90d").optional(),
    parameters: z
      .record(
        z.string().regex(/^[A-Za-z0-9_-]+$/, "It is no name of a parameter."),
        z.strictObject({
          description: words("What it is."),
          default: z.union([z.string(), z.number()]).transform(String).optional(),
        }),
      )
      .optional(),
    health: timed.optional(),
    steps: z.array(stepSchema).min(1, "The list is empty."),
    rehearsals: z.array(rehearsalSchema).optional(),
  })
  .meta({ title: "runbooks/*.yaml", description: "A runbook of Plimsoll." });

/** What a file says, once read. */
export type RunbookFileInput = z.output<typeof runbookFileSchema>;
