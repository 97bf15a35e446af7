import type { Json } from "../errors/json.js";

/** How far a runbook is automated: 0 tribal, 1 documented, 2 scripted, 3 started by a person and run by the engine, 4 run by the engine. */
export type RunbookLevel = 0 | 1 | 2 | 3 | 4;

/** Every level, in order. */
export const RUNBOOK_LEVELS = [0, 1, 2, 3, 4] as const satisfies readonly RunbookLevel[];

/** From this level on the engine carries out actions itself; below it, a person does, by the runbook's words. */
export const LEVEL_RUN_BY_ENGINE = 3;

/** From this level on the engine may also start a run itself. */
export const LEVEL_STARTED_BY_ENGINE = 4;

/** How much harm a step can do: `dangerous` changes what users see and may make it worse. */
export type StepRisk = "safe" | "caution" | "dangerous";

/** Every risk, mildest first. */
export const STEP_RISKS = ["safe", "caution", "dangerous"] as const satisfies readonly StepRisk[];

/** The HTTP methods that a runbook may use. */
export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** One HTTP request. Runs are stored and shown, so no secret is in it: `secretHeaders` names a set that the adapter holds. */
export type HttpCall = {
  readonly method: (typeof HTTP_METHODS)[number];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secretHeaders?: string;
  /** Sent as JSON. */
  readonly body?: Json;
  /** The statuses that count as success, both ends included. */
  readonly status: readonly { readonly from: number; readonly to: number }[];
};

/** One program on the host, by its argument list; a shell reads it only when `shell` says so, and then it is one argument. */
export type CommandCall = {
  readonly arguments: readonly [string, ...string[]];
  readonly shell: boolean;
  /** Names of the variables that the program may see; nothing else of the environment reaches it. */
  readonly environment: readonly string[];
  readonly directory?: string;
  /** The codes to end with that are worth another attempt; absent where none is: half a program may have acted. */
  readonly retryOn?: readonly number[];
};

/** One call to a remediator: what it does, to what, with which parameters. */
export type RemedyCall = {
  /** The name that the remediator is known by. */
  readonly remediator: string;
  /** What it does, such as `roll-back`. */
  readonly remedy: string;
  /** What it is done to, such as a service. */
  readonly target: string;
  readonly parameters: Readonly<Record<string, Json>>;
};

/** A value in a JSON answer, found by its dotted path, and what it has to be; every bound given must hold. */
export type JsonTest = {
  readonly path: string;
  readonly below?: number;
  readonly above?: number;
  readonly equals?: string | number | boolean | null;
};

/** A question to the world that changes nothing. */
export type RunbookCheck =
  /** The request is answered with a status that is listed and, where they are given, this text and this value. */
  | { readonly kind: "http"; readonly call: HttpCall; readonly includes?: string; readonly json?: JsonTest }
  /** The program ends with 0; 1 means that it does not hold, anything else that it cannot tell. */
  | { readonly kind: "command"; readonly call: CommandCall }
  /** The SLO is healthy as the engine judges it. */
  | { readonly kind: "slo"; readonly slo: string }
  /** At least so many instances are healthy. */
  | { readonly kind: "instances"; readonly fleet: string; readonly target: string; readonly atLeast: number }
  | { readonly kind: "not"; readonly check: RunbookCheck };

/** What a check found: `unknown` is neither yes nor no. */
export type CheckVerdict = {
  readonly verdict: "holds" | "fails" | "unknown";
  /** What was seen, in words. */
  readonly saw: string;
};

/** A check that has some time to come true. */
export type TimedCheck = {
  readonly check: RunbookCheck;
  readonly withinMs: number;
  readonly everyMs: number;
};

/** Something that is done once the run comes to its step. */
export type DirectAction =
  | { readonly kind: "http"; readonly call: HttpCall }
  | { readonly kind: "command"; readonly call: CommandCall }
  | { readonly kind: "remedy"; readonly call: RemedyCall }
  | { readonly kind: "manual"; readonly instruction: string };

/** What a step does. */
export type RunbookAction =
  | DirectAction
  | { readonly kind: "wait-until"; readonly until: TimedCheck }
  | {
      readonly kind: "runbook";
      readonly runbook: string;
      /** Values for its parameters. */
      readonly parameters: Readonly<Record<string, string>>;
    };

/** What takes a step's action back: the remediator's own undo, or an action. */
export type Compensation = { readonly kind: "undo" } | DirectAction;

/** How an action is tried: `attempts` in all, `delayMs` apart. */
export type RetryPolicy = { readonly attempts: number; readonly delayMs: number };

/** One step of a runbook. */
export type RunbookStep = {
  /** Unique in its runbook. */
  readonly id: string;
  readonly title: string;
  readonly action: RunbookAction;
  /** The step is skipped where this does not hold. */
  readonly precondition?: RunbookCheck;
  /** A person has to agree before it runs. */
  readonly approval: boolean;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** What has to turn true after the action. */
  readonly verify?: TimedCheck;
  readonly compensation?: Compensation;
  readonly risk: StepRisk;
};

/** A checklist that a person or the engine runs until the service is healthy. */
export type Runbook = {
  readonly id: string;
  readonly title: string;
  readonly level: RunbookLevel;
  readonly owner?: string;
  /** What somebody sees who needs this runbook, such as `high-latency` or an SLO's id. */
  readonly symptoms: readonly string[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** When it was last rehearsed; absent when it never was. */
  readonly lastRehearsedMs?: number;
  /** How old a rehearsal may be. */
  readonly maximumAgeMs: number;
  /** What stands as `{{name}}` in its steps; one without a default has to be given. */
  readonly parameters: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  /** The run stops as soon as this holds; after the last step it has the time given to come true. */
  readonly health?: TimedCheck;
  readonly steps: readonly RunbookStep[];
};
