import { createHostStepRunner } from "@plimsoll/adapters-host";
import { createHttpDeadMan } from "@plimsoll/adapters-notifiers";
import { readRunbooks, type AdapterConfig, type PlimsollConfig } from "@plimsoll/config";
import {
  PlimsollError,
  type Clock,
  type DeadMan,
  type DeadManOutcome,
  type Rehearsal,
  type ResponsePorts,
  type Runbook,
} from "@plimsoll/core";
import type { joinAdapters } from "./adapter-types.js";

type OwnTypes = Pick<ReturnType<typeof joinAdapters>, "remediators" | "fleets">;

/** Makes what answering incidents reaches the world through, as far as the configuration asks for it. */
export function responsePorts(config: PlimsollConfig, own: OwnTypes, clock: Clock): ResponsePorts {
  const { deadMan, runbookHost = {}, runbookPaths } = config;
  return {
    ...(runbookPaths.length === 0
      ? {}
      : { stepRunner: createHostStepRunner(runbookHost as never, { environment: process.env }) }),
    remediators: made(config.remediators, own.remediators, clock),
    fleets: made(config.fleets, own.fleets, clock),
    ...(deadMan === undefined
      ? {}
      : { deadMan: atMostEvery(createHttpDeadMan(deadMan.settings as never), deadMan.everyMs, clock) }),
  };
}

/** Runbooks, and what each has to pass before the engine may start it by itself, by their ids. */
export type RunbookLibrary = {
  readonly runbooks: ReadonlyMap<string, Runbook>;
  readonly rehearsals: ReadonlyMap<string, readonly Rehearsal[]>;
};

/** Reads the runbooks that a configuration names. Throws a PlimsollError that names the first problem. */
export async function runbooksOf({ runbookPaths }: Pick<PlimsollConfig, "runbookPaths">): Promise<RunbookLibrary> {
  const read = await readRunbooks(runbookPaths);
  if (read.ok) {
    return {
      runbooks: new Map(read.value.map(({ runbook }) => [runbook.id, runbook])),
      rehearsals: new Map(read.value.map(({ rehearsals, runbook }) => [runbook.id, rehearsals])),
    };
  }
  const [first, ...others] = read.error;
  const place = first === undefined ? "" : `${first.file}:${first.line}:${first.column}: ${first.message}`;
  throw new PlimsollError({
    code: "runbooks-invalid",
    message: `The runbooks can not be used: ${place}${others.length === 0 ? "" : ` And ${others.length} more.`} See \`plimsoll runbook lint\`.`,
    retryable: false,
  });
}

function made<Port>(
  configured: readonly AdapterConfig[],
  types: ReadonlyMap<string, { readonly create: (settings: never, surroundings: { readonly clock: Clock }) => Port }>,
  clock: Clock,
): Readonly<Record<string, Port>> {
  return Object.fromEntries(
    configured.map(({ name, settings, type }) => {
      const adapter = types.get(type);
      if (adapter === undefined) throw new RangeError(`there is no type ${type}`);
      return [name, adapter.create(settings as never, { clock })];
    }),
  );
}

/** Lets a ping go out only so often; in between the last one still holds, where it arrived. */
export function atMostEvery(deadMan: DeadMan, everyMs: number, clock: Clock): DeadMan {
  let last: { readonly atMs: number; readonly outcome: DeadManOutcome } | undefined;
  return {
    async ping() {
      const atMs = clock.now().toMillis();
      // The audit that asks comes twice a minute and may be a little early; a ping that failed is tried again by the next one.
      if (last?.outcome.kind === "pinged" && atMs - last.atMs < everyMs - EARLY_MS && atMs >= last.atMs)
        return last.outcome;
      last = { atMs, outcome: await deadMan.ping() };
      return last.outcome;
    },
  };
}

const EARLY_MS = 10_000;
