import type { RunbookRunEvent, RunbookRunEventOf } from "./runbook-run-event.js";
import type { RunbookRun } from "./runbook-run.js";

type Kind = RunbookRunEvent["type"] extends `runbook-run.${infer Name}` ? Name : never;

/** Makes an event of a run: by whoever asked, and never before the run's last one. */
export function stamped<Name extends Kind>(
  run: Pick<RunbookRun, "lastAtMs">,
  asked: { readonly atMs: number; readonly actor: string },
  name: Name,
  data: RunbookRunEventOf<Name>["data"],
): RunbookRunEventOf<Name> {
  const made = { type: `runbook-run.${name}`, atMs: Math.max(asked.atMs, run.lastAtMs), actor: asked.actor, data };
  return made as unknown as RunbookRunEventOf<Name>;
}
