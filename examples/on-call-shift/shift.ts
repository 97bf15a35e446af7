import { createMemoryEventBus, createMemoryPorts, createMemoryTimer } from "@plimsoll/adapters-memory";
import { createPlimsoll, type Notification, type Plimsoll, type RegressionCase, type Runbook } from "@plimsoll/core";
import { createManualClock, createSequentialIdSource } from "@plimsoll/testkit";
import { objective, PERIOD_MS, SLICE_MS } from "./objective.ts";
import { createShop, percent, type Shop } from "./shop.ts";
import { createPhone, team } from "./team.ts";

/** A shift under way: its engine, its shop, its clock, and what was told of it so far. */
export type Shift = {
  readonly engine: Plimsoll;
  readonly shop: Shop;
  /** Tells something that happened now. */
  say(text: string): void;
  /** Lets time pass, slice by slice, until a clock time in UTC. */
  until(clockTime: string): Promise<void>;
  readonly nowMs: () => number;
  readonly lines: readonly string[];
};

/** Enough to look and to act; the service goes on every second. */
const BOUNDARIES_A_SLICE = 2;
const START = "2026-11-16T08:00:00.000Z"; // a Monday, 09:00 in Berlin

/** Opens the engine on memory, with a clock that stands until it is moved and ids that count. */
export async function openShift(runbooks: ReadonlyMap<string, Runbook>): Promise<Shift> {
  const clock = createManualClock(START);
  const shop = createShop(SLICE_MS);
  const timer = createMemoryTimer({ clock, fires: "manual" });
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(`${clock.now().toFormat("HH:mm:ss")}  ${text}`);
  const phone = createPhone((message) => say(heardWords(message)));
  const engine = await createPlimsoll({
    ports: {
      ...createMemoryPorts({ clock, sources: { shop: shop.source }, notifiers: { phone } }),
      ids: createSequentialIdSource(),
      bus: createMemoryEventBus({ pauseMs: () => 0 }),
      timer,
      stepRunner: shop.stepRunner,
    },
    settings: {
      sliceMs: SLICE_MS,
      services: [{ id: "payments", tier: 1, dependsOn: [] }],
      slos: [objective],
      corrections: [],
      freezeWindows: [],
      incidents: { cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 },
      notify: { pages: [], tickets: [], incidents: [] },
      reading: { shop: { backfillMs: PERIOD_MS, latenessMs: 0 } },
      onCall: team,
      runbooks,
    },
  });
  const slice = async (): Promise<void> => {
    shop.sell(clock.nowMs());
    clock.advance(SLICE_MS);
    await engine.collect(objective.id);
    await engine.round();
    await timer.runDue();
    for (let boundary = 0; boundary < BOUNDARIES_A_SLICE; boundary += 1) await engine.runbooks.advance();
    await engine.deliver();
    for (const change of shop.changes()) say(`the runbook sets ${change}`);
  };
  return {
    engine,
    shop,
    say,
    lines,
    nowMs: clock.nowMs,
    async until(clockTime) {
      const untilMs = Date.parse(`${START.slice(0, 10)}T${clockTime}Z`);
      while (clock.nowMs() < untilMs) await slice();
    },
  };
}

function heardWords({ address = "nobody", text, title, urgency }: Notification): string {
  return urgency === "info" ? `${address} reads: ${text}` : `${address}'s phone rings (${urgency}): ${title}`;
}

/** Tells one shift from its beginning to the postmortem, and gives the incident as a regression case. */
export async function tellShift(
  runbooks: ReadonlyMap<string, Runbook>,
): Promise<{ readonly text: string; readonly recorded: RegressionCase }> {
  const shift = await openShift(runbooks);
  await quietMorning(shift);
  const incidentId = await nobodyAnswers(shift);
  await repair(shift, incidentId);
  const file = await shift.engine.incident(incidentId);
  const made = await shift.engine.exportCase(incidentId);
  if (!made.ok) throw new Error(made.error.message);
  await shift.engine.close();
  return { text: `${shift.lines.join("\n")}\n\n${file?.postmortem ?? ""}`, recorded: made.value };
}

async function quietMorning(shift: Shift): Promise<void> {
  const { engine, nowMs, say } = shift;
  const onCall = engine.onCall.resolve({ kind: "schedule", scheduleId: "payments" }, nowMs());
  say(`the shift begins; ${onCall.join(", ")} is on call`);
  await shift.until("08:20:00");
  say(standing(engine));
}

/** The provider fails; Ann does not hear her phone. Gives the incident. */
async function nobodyAnswers(shift: Shift): Promise<string> {
  const { engine, say, shop } = shift;
  shop.failProvider();
  say("the card provider begins to fail every other payment");
  await shift.until("08:26:30");
  say(standing(engine));
  const [incident] = engine.incidents();
  if (incident === undefined) throw new Error("an outage went by without an incident");
  say(`${incident.id} is ${incident.status}, ${incident.severity}: ${incident.title}`);
  await shift.until("08:28:00");
  await engine.acknowledge(incident.id, { actor: "bob" });
  say("bob acknowledges");
  return incident.id;
}

/** Bob starts the runbook, Cy approves its dangerous step, and it stops when all is well. */
async function repair(shift: Shift, incidentId: string): Promise<void> {
  const { engine, nowMs, say } = shift;
  await shift.until("08:29:00");
  const by = { actor: "bob" };
  await engine.commandIncident(incidentId, { type: "start-mitigation", text: "Moving to the second provider", ...by });
  const asked = await engine.runbooks.request({
    runbookId: "provider-outage",
    causeId: "shift/1",
    reason: "the provider fails every other payment",
    incidentId,
    ...by,
  });
  if (!asked.ok) throw new Error(asked.error.message);
  const { id, planHash } = asked.value;
  say("bob starts the runbook provider-outage");
  await shift.until("08:30:00");
  say(
    `the run is ${engine.runbooks.get(id)?.status ?? "gone"}, for ${engine.runbooks.get(id)?.hold?.kind ?? "nothing"}`,
  );
  const approval = { causeId: "shift/2", approvalId: "half", planHash, expiresAtMs: nowMs() + 600_000 };
  const own = await engine.runbooks.command(id, { type: "approve", actor: "bob", ...approval });
  say(own.ok ? "bob approves it himself" : `bob may not approve it: ${own.error.message}`);
  await engine.runbooks.command(id, { type: "approve", actor: "cy", ...approval });
  say("cy approves the step half");
  await shift.until("08:30:30");
  const run = engine.runbooks.get(id);
  say(`the run has ${run?.status ?? "gone"}: ${run?.words ?? ""}`);
  for (const step of run?.steps ?? []) say(`  ${step.id}: ${step.status}`);
  await engine.commandIncident(incidentId, { type: "confirm-mitigation", text: "All payments succeed again", ...by });
  await shift.until("08:35:00");
  say(standing(engine));
  say(`${incidentId} is ${engine.incidents()[0]?.status ?? "gone"}`);
  await engine.commandIncident(incidentId, {
    type: "add-action",
    title: "Move to the second provider without a person",
    owner: "payments team",
    priority: "P1",
    dueAtMs: nowMs() + 14 * 86_400_000,
    ...by,
  });
}

/** How the objective stands: what the page's short window measured, and what is made of it. */
function standing(engine: Plimsoll): string {
  const view = engine.slo(objective.id);
  const rule = view?.evaluation.rules[0];
  if (view === undefined || rule === undefined) throw new Error("the objective is not evaluated");
  const { bad, total } = rule.short;
  const good = total === 0 ? 1 : (total - bad) / total;
  const burn = rule.short.burnRate?.toFixed(2) ?? "unknown";
  return `${objective.id}: ${percent(good)} good, burn ${burn}, ${view.evaluation.verdict.kind}. ${view.explanation.text}`;
}
