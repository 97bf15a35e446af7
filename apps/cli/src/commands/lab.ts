import {
  createLabClient,
  formatLabStatus,
  parseFaultOptions,
  parseInstance,
  parsePercent,
  startLab,
  type BrokenStatus,
} from "@plimsoll/lab";
import { EXIT, usageError } from "../cli-error.js";
import { optionFlag, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import { numberOption } from "../command-line/number-option.js";
import { writeForm } from "../present/output-form.js";

export const up: CommandRun = async (input, io) => {
  const lab = await startLab({
    stateDirectory: optionText(input, "state"),
    portBase: numberOption(input, "port-base"),
    requestsPerSecond: numberOption(input, "rate"),
    detached: true,
    onProgress: (line) => io.stderr.write(`${line}\n`),
  });
  const { gatewayUrl } = await lab.status();
  io.stderr.write(
    `The lab is up: ${gatewayUrl}. Break it with: plimsoll lab break payments --errors 40%. End it with: plimsoll lab down\n`,
  );
  return EXIT.fine;
};

export const down: CommandRun = async (input, io) => {
  await createLabClient(optionText(input, "state")).down();
  io.stderr.write("The lab is down.\n");
  return EXIT.fine;
};

export const status: CommandRun = async (input, io) => {
  const found = await createLabClient(optionText(input, "state")).status();
  const text = (): string => formatLabStatus(found, new Date());
  writeForm(input, io, { json: () => JSON.stringify(found), text, markdown: () => `\`\`\`text\n${text()}\`\`\`\n` });
  return EXIT.fine;
};

export const breakService: CommandRun = async (input, io) => {
  const faults = parseFaultOptions({
    errors: optionText(input, "errors"),
    latency: optionText(input, "latency"),
    share: optionText(input, "share"),
    crash: optionFlag(input, "crash"),
  });
  if (!faults.ok) throw faults.error;
  const broken = await createLabClient(optionText(input, "state")).break({
    service: input.arguments[0] ?? "",
    faults: [...faults.value],
    ...instanceOf(input),
  });
  io.stderr.write(`${serviceWords(broken)}\nHeal it with: plimsoll lab heal\n`);
  return EXIT.fine;
};

export const heal: CommandRun = async (input, io) => {
  const [service] = input.arguments;
  const healed = await createLabClient(optionText(input, "state")).heal(service === undefined ? {} : { service });
  for (const one of healed) io.stderr.write(`${serviceWords(one)}\n`);
  return EXIT.fine;
};

export const deploy: CommandRun = async (input, io) => {
  const [service = "", version = ""] = input.arguments;
  const errors = optionText(input, "errors");
  const share = errors === undefined ? undefined : parsePercent(errors);
  if (share !== undefined && !share.ok) throw usageError(`--errors: ${share.error.message}`);
  const deployed = await createLabClient(optionText(input, "state")).deploy({
    service,
    version,
    ...(share === undefined ? {} : { defect: { errors: share.value } }),
  });
  io.stderr.write(`${serviceWords(deployed)}\nTake it back with: plimsoll lab roll-back ${deployed.name}\n`);
  return EXIT.fine;
};

export const rollBack: CommandRun = async (input, io) => {
  const to = optionText(input, "to");
  const back = await createLabClient(optionText(input, "state")).rollBack({
    service: input.arguments[0] ?? "",
    ...(to === undefined ? {} : { to }),
  });
  io.stderr.write(`${serviceWords(back)}\n`);
  return EXIT.fine;
};

export const scale: CommandRun = async (input, io) => {
  const typed = input.arguments[1] ?? "";
  if (!/^[1-9]$/.test(typed)) throw usageError(`instances: ${JSON.stringify(typed.slice(0, 20))} is none of 1 to 9.`);
  const scaled = await createLabClient(optionText(input, "state")).scale({
    service: input.arguments[0] ?? "",
    instances: Number(typed),
  });
  io.stderr.write(`${serviceWords(scaled)}\n`);
  return EXIT.fine;
};

export const route: CommandRun = async (input, io) => {
  const typed = input.arguments[0] ?? "";
  // Nothing to the fallback is a share, too; a fault of nothing would be none.
  const share = /^0+(\.0+)?\s*%$/.test(typed) ? ({ ok: true, value: 0 } as const) : parsePercent(typed);
  if (!share.ok) throw usageError(`share: ${share.error.message}`);
  const { name } = await createLabClient(optionText(input, "state")).route({
    service: "payments",
    fallback: share.value,
  });
  io.stderr.write(`${name} sends ${typed} of its charges to bank-fallback\n`);
  return EXIT.fine;
};

function instanceOf(input: CommandInput): { readonly instance?: number | "all" } {
  const typed = optionText(input, "instance");
  if (typed === undefined) return {};
  const parsed = parseInstance(typed);
  if (!parsed.ok) throw usageError(`--instance: ${parsed.error.message}`);
  return { instance: parsed.value };
}

function serviceWords({ instances, name }: BrokenStatus): string {
  const running = instances.filter(({ state }) => state === "running").length;
  const broken = instances.filter(({ faults }) => faults.length > 0).length;
  const versions = [...new Set(instances.map(({ version }) => version))].join(", ");
  return `${name} (${versions}): ${running} of ${instances.length} instances up, ${broken === 0 ? "none broken" : `${broken} broken on purpose`}`;
}
