import { request as httpRequest } from "node:http";
import { resolve } from "node:path";
import { z } from "zod";
import {
  brokenStatusSchema,
  controlErrorSchema,
  labStatusSchema,
  type BreakRequest,
  type BrokenStatus,
  type DeployRequest,
  type HealRequest,
  type LabState,
  type LabStatus,
  type RollBackRequest,
  type RouteRequest,
  type ScaleRequest,
  type ServiceStatus,
} from "./control-protocol.js";
import { isLabErrorCode, LabError } from "./lab-error.js";
import { readLabState } from "./state-directory.js";

/** Talks to a running lab; every verb throws a `LabError` that says what to do. */
export type LabClient = {
  status(): Promise<LabStatus>;
  /** Resolves when the faults are in force, with the service or the bank as it is then. */
  break(request: BreakRequest): Promise<BrokenStatus>;
  /** Resolves when the faults are gone and crashed instances listen again, with the services and banks that were meant. */
  heal(request?: HealRequest): Promise<readonly BrokenStatus[]>;
  /** Puts a version on a service, one instance after the other; resolves when all of them run it. */
  deploy(request: DeployRequest): Promise<ServiceStatus>;
  /** Puts the version before, or an earlier one, on a service; resolves when all instances run it. */
  rollBack(request: RollBackRequest): Promise<ServiceStatus>;
  /** Gives a service so many instances; resolves when all of them listen and get requests. */
  scale(request: ScaleRequest): Promise<ServiceStatus>;
  /** Sends a share of a service's charges to the fallback bank; resolves when all instances do. */
  route(request: RouteRequest): Promise<ServiceStatus>;
  /** Resolves when the supervisor has ended, and with it every process of the lab. */
  down(): Promise<void>;
};

export const DEFAULT_STATE_DIRECTORY = ".lab";

// The supervisor gives a process 3 s to end politely, first the load, then the others at once.
const DOWN_PATIENCE_MS = 15_000;
const DOWN_POLL_MS = 25;
// A deploy starts every instance of a service anew, one after the other.
const ANSWER_PATIENCE_MS = 60_000;

/** Makes a client for the lab whose state is in the folder; reads it anew for every call. `cancel` ends all that it waits for. */
export function createLabClient(
  stateDirectory: string = DEFAULT_STATE_DIRECTORY,
  { cancel }: { readonly cancel?: AbortSignal } = {},
): LabClient {
  const directory = resolve(stateDirectory);
  const ask = async <Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.infer<Schema>> => {
    const state = runningState(directory);
    return parseAnswer(schema, await send({ state, directory, method, path, body, cancel }));
  };
  const oneService = labStatusSchema.unwrap().shape.services.unwrap().element;
  return {
    deploy: (request) => ask(oneService, "POST", "/deploy", request),
    rollBack: (request) => ask(oneService, "POST", "/roll-back", request),
    scale: (request) => ask(oneService, "POST", "/scale", request),
    route: (request) => ask(oneService, "PUT", "/routing", request),
    status: () => ask(labStatusSchema, "GET", "/status"),
    break: (request) => ask(brokenStatusSchema, "POST", "/break", request),
    heal: (request = {}) => ask(z.array(brokenStatusSchema).readonly(), "POST", "/heal", request),
    down: async () => {
      const state = runningState(directory);
      parseAnswer(
        z.object({ stopping: z.literal(true) }),
        await send({ state, directory, method: "POST", path: "/down", cancel }),
      );
      await untilGone(state.pid);
    },
  };
}

type ControlRequest = {
  readonly state: LabState;
  readonly directory: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly cancel: AbortSignal | undefined;
};

type ControlAnswer = { readonly status: number; readonly text: string };

function runningState(directory: string): LabState {
  const state = readLabState(directory);
  if (state === undefined) throw notRunning(directory);
  return state;
}

function notRunning(directory: string): LabError {
  return new LabError("not-running", `No lab is running (looked in ${directory}). Start one with: plimsoll lab up`);
}

function send({ state, directory, method, path, body, cancel }: ControlRequest): Promise<ControlAnswer> {
  return new Promise((resolvePromise, reject) => {
    const outgoing = httpRequest(
      new URL(path, state.controlUrl),
      // No connection is kept: what serves one command must not keep the program alive.
      {
        method,
        agent: false,
        timeout: ANSWER_PATIENCE_MS,
        headers: { authorization: `Bearer ${state.token}` },
        ...(cancel === undefined ? {} : { signal: cancel }),
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => resolvePromise({ status: incoming.statusCode ?? 500, text }));
        incoming.on("error", reject);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer in ${ANSWER_PATIENCE_MS / 1_000} s`)));
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") return reject(notRunning(directory));
      const message = `The lab's supervisor (process ${state.pid}) did not answer ${method} ${path}: ${error.message}. See its log in ${directory}/logs.`;
      reject(new LabError("control-failed", message, error));
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parseAnswer<Schema extends z.ZodType>(schema: Schema, { status, text }: ControlAnswer): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const refused = controlErrorSchema.safeParse(value);
  if (refused.success) {
    const { code, message } = refused.data.error;
    throw new LabError(isLabErrorCode(code) ? code : "control-failed", message);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LabError(
    "control-failed",
    `The lab's control API answered something unexpected (HTTP ${status}). Is it of another version? Restart it: plimsoll lab down, plimsoll lab up.`,
  );
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + DOWN_PATIENCE_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      throw new LabError(
        "control-failed",
        `The lab's supervisor (process ${pid}) did not end in ${DOWN_PATIENCE_MS / 1_000} s. Kill it; its processes end with it.`,
      );
    }
    await new Promise((wake) => setTimeout(wake, DOWN_POLL_MS));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
