import { createMemoryTimer } from "@plimsoll/adapters-memory";
import { parseRunbooks } from "@plimsoll/config";
import { createManualClock } from "@plimsoll/testkit";
import { startMemoryService, type MemoryService } from "./memory-service.js";
import { ON_CALL } from "./on-call-settings.js";

/** Starts a service in memory that has people on call and a runbook, as YAML; its timers fire when a test says so. */
export async function startOnCallService(runbook: string): Promise<MemoryService> {
  const parsed = parseRunbooks([{ name: "runbook.yaml", text: runbook }]);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  // The service brings its clock, and needs the timer to start.
  const opened: { service?: MemoryService } = {};
  const start = createManualClock("2026-03-10T12:00:00Z");
  const clock = { now: () => (opened.service?.clock ?? start).now() };
  opened.service = await startMemoryService({
    settings: { onCall: ON_CALL, runbooks: new Map(parsed.value.map((one) => [one.runbook.id, one.runbook])) },
    ports: { timer: createMemoryTimer({ clock, fires: "manual" }) },
  });
  return opened.service;
}
