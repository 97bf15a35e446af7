import type { CallOutcome } from "../http/call-service.js";
import type { LabReply } from "../http/observed-server.js";
import type { RoundRobin } from "./round-robin.js";

/** Sends one request to the backends in turn until one answers or none is left to try. */
export async function balance(
  turns: RoundRobin,
  call: (backend: string) => Promise<CallOutcome>,
  onDown: (backend: string, reason: string) => void,
): Promise<LabReply> {
  const tried = new Set<string>();
  for (let backend = turns.next(tried); backend !== undefined; backend = turns.next(tried)) {
    tried.add(backend);
    const outcome = await call(backend);
    if (outcome.kind === "answered") return { code: outcome.code, body: outcome.body };
    if (outcome.kind === "timed-out") return errorReply(504, "upstream took too long", `${backend} timed out`);
    if (outcome.reason === "ECONNREFUSED" && turns.mark(backend, false)) onDown(backend, outcome.reason);
    if (!outcome.safeToRepeat) return errorReply(502, "upstream failed", `${backend}: ${outcome.reason}`);
  }
  return errorReply(503, "no instance is up", "no instance is up");
}

function errorReply(code: number, error: string, note: string): LabReply {
  return { code, body: JSON.stringify({ error }), note };
}
