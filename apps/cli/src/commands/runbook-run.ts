import { runbookPreviewSchema, runDetailSchema, runListSchema, type RunDetail } from "@plimsoll/service/api";
import { pathWith, readApi, writeApi, type WritableApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT, usageError, type ExitCode } from "../cli-error.js";
import { optionFlag, optionList, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { nextWords, runListMarkdown, runListText, runMarkdown, runText, standingWords } from "./runbook-run-words.js";
import { expectedOf, neededText } from "./written-options.js";

const RUNS = "/api/v1/runbook-runs";
const LOOK_EVERY_MS = 1_000;

export const runs: CommandRun = (input, io) =>
  withApi(openWritableApi(input, io), async (api) => {
    const query = {
      status: optionText(input, "status"),
      runbook: optionText(input, "runbook"),
      incident: optionText(input, "incident"),
      limit: optionText(input, "limit"),
    };
    const { text, value } = await readApi(api, pathWith(RUNS, query), runListSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => runListText(value, paint),
      markdown: () => runListMarkdown(value),
    });
    return EXIT.fine;
  });

export const status: CommandRun = (input, io) =>
  withApi(openWritableApi(input, io), async (api) => {
    const reading = await readApi(api, pathOf(input), runDetailSchema);
    if (optionFlag(input, "follow")) return follow(api, io, { input, run: reading.value });
    return told(input, io, reading);
  });

/** Starts a run in a running service. */
export const start: CommandRun = (input, io) => {
  const incidentId = optionText(input, "incident");
  const body = {
    parameters: parametersOf(input),
    reason: neededText(input, "reason", "say why it is run"),
    ...(incidentId === undefined ? {} : { incidentId }),
  };
  return withApi(openWritableApi(input, io), async (api) => {
    const reading = await writeApi(api, runbookPath(input, "runs"), { body, answer: runDetailSchema });
    if (optionFlag(input, "follow")) return follow(api, io, { input, run: reading.value });
    return told(input, io, reading);
  });
};

/** Asks a running service what a run would do there. */
export const preview: CommandRun = (input, io) =>
  withApi(openWritableApi(input, io), async (api) => {
    const body = { parameters: parametersOf(input) };
    const { text, value } = await writeApi(api, runbookPath(input, "preview"), { body, answer: runbookPreviewSchema });
    const prepared = value.preparations.map(({ kind, stepId, words }) => `${stepId} now: ${kind}, ${words}`);
    const lines = [...value.words, ...prepared].map(plain);
    writeForm(input, io, {
      json: () => text,
      text: () => [...lines, "", "Nothing was done."].map((line) => `${line}\n`).join(""),
      markdown: () => `\`\`\`text\n${lines.join("\n")}\n\`\`\`\n`,
    });
    return EXIT.fine;
  });

/** Approves what a run waits for, for the plan that was shown. */
export const approve: CommandRun = (input, io) =>
  withApi(openWritableApi(input, io), async (api) => {
    const { value } = await readApi(api, pathOf(input), runDetailSchema);
    const approvalId = optionText(input, "step");
    const body = {
      planHash: optionText(input, "plan") ?? (await agreed(value, io)),
      ...(approvalId === undefined ? {} : { approvalId }),
      ...expectedOf(input),
    };
    return told(input, io, await writeApi(api, pathOf(input, "approve"), { body, answer: runDetailSchema }));
  });

export const pause: CommandRun = verb("pause", (input) => ({ reason: reasonOf(input) }));
export const resume: CommandRun = verb("resume", (input) => ({ reason: reasonOf(input) }));
export const cancel: CommandRun = verb("cancel", (input) => ({
  reason: reasonOf(input),
  undo: optionFlag(input, "undo"),
}));
export const report: CommandRun = verb("report", (input) => {
  const stepId = optionText(input, "step");
  return {
    succeeded: !optionFlag(input, "failed"),
    note: neededText(input, "note", "say what was done and seen"),
    ...(stepId === undefined ? {} : { stepId }),
  };
});

/** Values for a runbook's parameters, as they were typed. */
export function parametersOf(input: CommandInput): Readonly<Record<string, string>> {
  return Object.fromEntries(
    optionList(input, "param").map((typed) => {
      const at = typed.indexOf("=");
      if (at < 1) throw usageError(`--param ${typed}: write it as name=value.`);
      return [typed.slice(0, at), typed.slice(at + 1)];
    }),
  );
}

function verb(name: string, bodyOf: (input: CommandInput) => object): CommandRun {
  return (input, io) => {
    const body = { ...bodyOf(input), ...expectedOf(input) };
    return withApi(openWritableApi(input, io), async (api) =>
      told(input, io, await writeApi(api, pathOf(input, name), { body, answer: runDetailSchema })),
    );
  };
}

/** Shows the plan and asks; where nobody can answer, the plan's hash has to be given. */
async function agreed({ planHash, planWords, title }: RunDetail, io: Io): Promise<string> {
  if (io.ask === undefined) {
    throw usageError("Say which plan you have read with --plan <hash>: plimsoll runbook status shows it.");
  }
  io.stderr.write(`${[title, ...planWords].map(plain).join("\n")}\n`);
  const answer = await io.ask("Approve this plan? Type yes: ");
  if (answer.trim().toLowerCase() !== "yes") throw usageError("Nothing was approved.");
  return planHash;
}

function told(
  input: CommandInput,
  io: Io,
  { text, value }: { readonly text: string; readonly value: RunDetail },
): ExitCode {
  writeForm(input, io, {
    json: () => text,
    text: (paint) => runText(value, paint),
    markdown: () => runMarkdown(value),
  });
  return EXIT.fine;
}

/** Says every change until the run is over, or somebody stops looking; a run that did not succeed is a finding. */
async function follow(
  api: WritableApi,
  io: Io,
  { input, run }: { readonly input: CommandInput; readonly run: RunDetail },
): Promise<ExitCode> {
  const stop = io.listenForStop();
  const path = `${RUNS}/${encodeURIComponent(run.id)}`;
  let reading = { text: JSON.stringify(run), value: run };
  let said = "";
  while (!stop.aborted) {
    const standing = standingWords(reading.value);
    if (standing !== said) io.stderr.write([standing, ...nextWords(reading.value).map(plain), ""].join("\n"));
    said = standing;
    if (reading.value.over) break;
    await pauseFor(LOOK_EVERY_MS, stop);
    reading = await readApi(api, path, runDetailSchema);
  }
  told(input, io, reading);
  const { over, status: ended } = reading.value;
  return over && ended !== "succeeded" ? EXIT.finding : EXIT.fine;
}

function pauseFor(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener("abort", done);
  });
}

function pathOf(input: CommandInput, name?: string): string {
  const run = `${RUNS}/${encodeURIComponent(input.arguments[0] ?? "")}`;
  return name === undefined ? run : `${run}/${name}`;
}

function runbookPath(input: CommandInput, name: string): string {
  return `/api/v1/runbooks/${encodeURIComponent(input.arguments[0] ?? "")}/${name}`;
}

function reasonOf(input: CommandInput): string {
  return neededText(input, "reason", "say why; it is audited");
}
