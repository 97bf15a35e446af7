import type {
  CheckVerdict,
  CommandCall,
  HttpCall,
  StepOrder,
  StepOutcome,
  StepQuestion,
  StepRunner,
} from "@plimsoll/core";
import { readHostSettings, reveal, type HostSettings } from "./host-settings.js";
import { outcomeOf, verdictOf } from "./judge-answer.js";
import { createRedactor, type Redactor } from "./redactor.js";
import { runProgram, type ProgramEnd } from "./run-program.js";
import { sendRequest, type RequestEnd } from "./send-request.js";

/** Variables whose values are secrets, by their names. */
const SECRET_NAME = /token|secret|passw|api_?key|private_?key|credential|auth/i;
/** Where programs are looked for, unless a runbook lets them see the host's own. */
const SAFE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

type Limits = { readonly timeoutMs: number; readonly cancel?: StepOrder["cancel"] };

/**
 * Runs the steps of runbooks from this host: programs by their argument list, with the variables that they name and no
 * others, and HTTP requests. `environment` is what those variables are taken from, such as `process.env`.
 */
export function createHostStepRunner(
  settings: HostSettings,
  options: { readonly environment: Readonly<Record<string, string | undefined>> },
): StepRunner {
  const { allowShell, redact: texts, secretHeaders } = readHostSettings(settings);
  const known = [
    ...texts.map(reveal),
    ...Object.values(secretHeaders).flatMap(({ headers }) => Object.values(headers).flatMap(secretForms)),
  ];
  const redact = createRedactor(known);

  const request = async (
    call: HttpCall,
    headers: Readonly<Record<string, string>>,
    limits: Limits,
  ): Promise<RequestEnd> => {
    const { secretHeaders: name } = call;
    const set = name === undefined ? undefined : secretHeaders[name];
    if (name !== undefined && set === undefined) return refused(`there are no secret headers ${name}`);
    const origin = URL.canParse(call.url) ? new URL(call.url).origin : "";
    if (set !== undefined && !set.origins.some((one) => new URL(one).origin === origin)) {
      return refused(`the secret headers ${name} are not for ${origin}`);
    }
    const secrets = Object.entries(set?.headers ?? {}).map(([header, secret]) => [header, reveal(secret)] as const);
    return sendRequest({ call, headers: { ...headers, ...Object.fromEntries<string>(secrets) }, ...limits });
  };

  const program = async (call: CommandCall, key: string | undefined, limits: Limits): Promise<ProgramEnd> => {
    if (call.shell && !allowShell) return { kind: "not-started", reason: "this host runs no shell for runbooks" };
    const named = call.environment.flatMap((name) => {
      const value = options.environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const secrets = named.filter(([name]) => SECRET_NAME.test(name)).map(([, value]) => value);
    const environment = {
      PATH: SAFE_PATH,
      ...Object.fromEntries(named),
      ...(key === undefined ? {} : { PLIMSOLL_IDEMPOTENCY_KEY: key }),
    };
    return runProgram({ call, environment, redact: createRedactor([...known, ...secrets]), ...limits });
  };

  return {
    async run({ action, idempotencyKey, ...limits }) {
      if (action.kind === "command") {
        return commandOutcome(action.call, await program(action.call, idempotencyKey, limits));
      }
      const end = await request(action.call, { "idempotency-key": idempotencyKey }, limits);
      return redactedOutcome(outcomeOf(action.call, end), redact);
    },
    async check({ check, ...limits }: StepQuestion) {
      if (check.kind === "command") return commandVerdict(await program(check.call, undefined, limits));
      const { saw, verdict } = verdictOf(check, await request(check.call, {}, limits));
      return { verdict, saw: redact(saw) };
    },
  };
}

/** `Bearer abc` gives `abc` away too. */
function secretForms(secret: Parameters<typeof reveal>[0]): readonly string[] {
  const text = reveal(secret);
  return [text, ...text.split(/\s+/).slice(1)];
}

function refused(reason: string): RequestEnd {
  return { kind: "unreachable", reason, retryable: false };
}

function redactedOutcome(outcome: StepOutcome, redact: Redactor): StepOutcome {
  return outcome.kind === "failed" ? { ...outcome, reason: redact(outcome.reason) } : outcome;
}

function commandOutcome({ retryOn = [] }: CommandCall, end: ProgramEnd): StepOutcome {
  switch (end.kind) {
    case "not-started":
      return { kind: "failed", reason: `not started: ${end.reason}`, retryable: false, mayHaveActed: false };
    case "killed":
      // It may have done half of what it does; doing that again is for a person to decide.
      return { kind: "failed", reason: withLastLine(end.why, end.output), retryable: false, mayHaveActed: true };
    case "exited":
      return end.code === 0
        ? { kind: "succeeded", summary: withLastLine("ended with 0", end.output), data: { output: end.output } }
        : {
            kind: "failed",
            reason: withLastLine(`ended with ${end.code}`, end.output),
            // Only who wrote the runbook knows what may be done again.
            retryable: retryOn.includes(end.code),
            mayHaveActed: true,
          };
  }
}

function commandVerdict(end: ProgramEnd): CheckVerdict {
  if (end.kind !== "exited") {
    return { verdict: "unknown", saw: end.kind === "killed" ? end.why : `not started: ${end.reason}` };
  }
  const verdicts: Readonly<Record<number, CheckVerdict["verdict"]>> = { 0: "holds", 1: "fails" };
  return { verdict: verdicts[end.code] ?? "unknown", saw: withLastLine(`ended with ${end.code}`, end.output) };
}

function withLastLine(words: string, output: string): string {
  const line = output.split("\n").at(-1)?.trim() ?? "";
  return line === "" ? words : `${words}: ${line.slice(0, 300)}`;
}
