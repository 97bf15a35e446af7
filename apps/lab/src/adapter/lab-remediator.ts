import { join, resolve } from "node:path";
import type { Remediator, Remedy, RemedyOrder, RemedyPreparation, StepOutcome } from "@plimsoll/core";
import { z } from "zod";
import { MOST_INSTANCES, routingSchema, type ServiceStatus } from "../control-protocol.js";
import { percentText } from "../fault.js";
import { createLabClient, DEFAULT_STATE_DIRECTORY, type LabClient } from "../lab-client.js";
import { LabError } from "../lab-error.js";
import { createRemedyRecords, type RemedyRecord } from "./remedy-record.js";

/** What the lab's remediator does. */
export const LAB_REMEDIES = ["roll-back", "scale-out", "route-provider"] as const;

type Before = RemedyRecord["before"];
type Change =
  | { readonly kind: "roll-back"; readonly to: string; readonly from: string }
  | { readonly kind: "scale-out"; readonly to: number; readonly from: number }
  | { readonly kind: "route-provider"; readonly to: number; readonly from: number };
/** What a remedy comes to for a service as it stood. */
type Aim =
  | Change
  | { readonly kind: "nothing-to-do"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

const rollBackParameters = z.strictObject({ to: z.string().optional() });
const scaleOutParameters = z.strictObject({ by: z.number().int().min(1).max(MOST_INSTANCES).default(1) });

/** Does what is ordered, over a client that gives up where the order is cancelled. */
type Work = (order: RemedyOrder, client: LabClient) => Promise<StepOutcome>;

/** How each remedy reads its parameters, and what it comes to. */
const AIMS: Readonly<Record<(typeof LAB_REMEDIES)[number], (remedy: Remedy, before: Before) => Aim>> = {
  "roll-back": (remedy, before) => parsed(rollBackParameters, remedy, ({ to }) => rollBackAim(to, before)),
  "scale-out": (remedy, before) => parsed(scaleOutParameters, remedy, ({ by }) => scaleAim(by, before)),
  "route-provider": (remedy, before) => parsed(routingSchema, remedy, ({ fallback }) => routeAim(fallback, before)),
};

/**
 * Rolls services of the lab back, scales them out and routes their charges, over the lab's control API. What was done
 * under which key, and how it was before, is kept in the lab's state folder: a replay answers with it, and an undo goes
 * back to it.
 */
export function createLabRemediator(options: { readonly stateDirectory?: string } = {}): Remediator {
  const stateDirectory = resolve(options.stateDirectory ?? DEFAULT_STATE_DIRECTORY);
  const client = createLabClient(stateDirectory);
  const records = createRemedyRecords(join(stateDirectory, "remedies"));

  const execute: Work = async ({ idempotencyKey, remedy }, client) => {
    const known = records.read(idempotencyKey);
    if (known?.executed !== undefined) return { kind: "succeeded", ...known.executed };
    const before = known?.before ?? standing(await serviceOf(client, remedy.target));
    const aim = aimOf(remedy, before);
    if (aim.kind === "refused") return refused(aim.reason);
    records.write(idempotencyKey, { before });
    const executed = {
      summary: aim.kind === "nothing-to-do" ? aim.reason : await reach(client, remedy.target, aim),
      data: { before },
    };
    records.write(idempotencyKey, { before, executed });
    return { kind: "succeeded", ...executed };
  };

  const undo: Work = async ({ idempotencyKey, remedy }, client) => {
    const known = records.read(idempotencyKey);
    if (known === undefined) return { kind: "succeeded", summary: "nothing was done, and nothing is taken back" };
    if (known.undone !== undefined) return { kind: "succeeded", ...known.undone };
    const aim = aimOf(remedy, known.before);
    if (aim.kind === "refused") return refused(aim.reason);
    const undone = {
      summary: aim.kind === "nothing-to-do" ? aim.reason : await goBack(client, remedy.target, aim),
      data: null,
    };
    records.write(idempotencyKey, { ...known, undone });
    return { kind: "succeeded", ...undone };
  };

  const fenced = async (order: RemedyOrder, work: Work): Promise<StepOutcome> => {
    const { cancel, fencing } = order;
    if (cancel?.aborted === true) return refused("it was cancelled before it began");
    if (!records.admits(fencing)) return refused(`the token ${fencing.token} of ${fencing.key} is stale`);
    const stop = new AbortController();
    const onCancel = (): void => stop.abort();
    cancel?.addEventListener("abort", onCancel);
    try {
      return await work(order, createLabClient(stateDirectory, { cancel: stop.signal }));
    } catch (error) {
      return failure(error);
    } finally {
      cancel?.removeEventListener("abort", onCancel);
    }
  };

  return {
    async prepare(remedy) {
      try {
        return preparationOf(remedy, await serviceOf(client, remedy.target));
      } catch (error) {
        return { kind: "refused", reason: error instanceof LabError ? error.message : "the lab could not be asked" };
      }
    },
    execute: (order) => fenced(order, execute),
    undo: (order) => fenced(order, undo),
  };
}

function preparationOf(remedy: Remedy, service: ServiceStatus): RemedyPreparation {
  const aim = aimOf(remedy, standing(service));
  if (aim.kind === "refused" || aim.kind === "nothing-to-do") return aim;
  return {
    kind: "ready",
    would: wordsOf(service.name, aim),
    touches: service.instances.map(({ name }) => name),
    undoable: true,
  };
}

function wordsOf(service: string, change: Change): string {
  switch (change.kind) {
    case "roll-back":
      return `take ${service} from version ${change.from} to ${change.to}`;
    case "scale-out":
      return `take ${service} from ${change.from} to ${change.to} instances`;
    case "route-provider":
      return `send ${percentText(change.to)} of the charges of ${service} to the fallback bank, ${percentText(change.from)} before`;
  }
}

function aimOf(remedy: Remedy, before: Before): Aim {
  const known = LAB_REMEDIES.find((name) => name === remedy.remedy);
  if (known !== undefined) return AIMS[known](remedy, before);
  return { kind: "refused", reason: `the lab has no remedy ${remedy.remedy}; it has ${LAB_REMEDIES.join(", ")}` };
}

function parsed<Parameters>(
  schema: z.ZodType<Parameters>,
  { parameters, remedy }: Remedy,
  aim: (parameters: Parameters) => Aim,
): Aim {
  const result = schema.safeParse(parameters);
  if (result.success) return aim(result.data);
  const found = result.error.issues
    .map(({ message, path }) => `${path.join(".") || "parameters"}: ${message}`)
    .join("; ");
  return { kind: "refused", reason: `the parameters of ${remedy} do not fit: ${found}` };
}

function scaleAim(by: number, { instances }: Before): Aim {
  const to = instances + by;
  return to > MOST_INSTANCES
    ? { kind: "refused", reason: `${to} instances are more than the ${MOST_INSTANCES} that there is room for` }
    : { kind: "scale-out", from: instances, to };
}

function routeAim(to: number, { fallback: from }: Before): Aim {
  if (from === undefined) return { kind: "refused", reason: "it calls no bank, so there is nothing to route" };
  if (to === from) return { kind: "nothing-to-do", reason: `${percentText(to)} go to the fallback bank already` };
  return { kind: "route-provider", from, to };
}

function rollBackAim(wanted: string | undefined, { versions }: Before): Aim {
  const from = versions.at(-1) ?? "";
  const to = wanted ?? versions.at(-2);
  if (to === undefined) return { kind: "refused", reason: `there is no version before ${from}` };
  if (to === from) return { kind: "nothing-to-do", reason: `it is at ${to} already` };
  return versions.includes(to)
    ? { kind: "roll-back", from, to }
    : { kind: "refused", reason: `there was no version ${to}; there were ${versions.join(", ")}` };
}

async function reach(client: LabClient, service: string, change: Change): Promise<string> {
  switch (change.kind) {
    case "roll-back":
      await client.rollBack({ service, to: change.to });
      return `${service} is at ${change.to} again`;
    case "scale-out":
      await client.scale({ service, instances: change.to });
      return `${service} has ${change.to} instances`;
    case "route-provider":
      await client.route({ service, fallback: change.to });
      return `${service} sends ${percentText(change.to)} of its charges to the fallback bank`;
  }
}

async function goBack(client: LabClient, service: string, change: Change): Promise<string> {
  switch (change.kind) {
    case "roll-back":
      await client.deploy({ service, version: change.from });
      return `${service} is at ${change.from} again`;
    case "scale-out":
      await client.scale({ service, instances: change.from });
      return `${service} has ${change.from} instances again`;
    case "route-provider":
      await client.route({ service, fallback: change.from });
      return `${service} sends ${percentText(change.from)} of its charges to the fallback bank again`;
  }
}

async function serviceOf(client: LabClient, name: string): Promise<ServiceStatus> {
  const { services } = await client.status();
  const service = services.find((one) => one.name === name);
  if (service !== undefined) return service;
  const names = services.map((one) => one.name).join(", ");
  throw new LabError("unknown-service", `The lab has no service ${name}. It has ${names}.`);
}

function standing({ instances, routing, versions }: ServiceStatus): Before {
  return { versions: [...versions], instances: instances.length, ...routing };
}

function refused(reason: string): StepOutcome {
  return { kind: "failed", reason, retryable: false, mayHaveActed: false };
}

/** What the supervisor refused was not done; what it did not answer may have been. */
function failure(error: unknown): StepOutcome {
  if (!(error instanceof LabError)) {
    return { kind: "failed", reason: "the lab could not be asked", retryable: false, mayHaveActed: true };
  }
  const open = error.code === "control-failed" || error.code === "start-failed";
  const retryable = open || error.code === "not-running";
  return { kind: "failed", reason: error.message, retryable, mayHaveActed: open };
}
