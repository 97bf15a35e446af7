import type { RunbookDesk } from "@plimsoll/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LabHandle } from "../start-lab.js";
import { startBusyLab, type BusyLab } from "./testing/busy-lab.js";
import { openDesk, play } from "./testing/open-desk.js";

// Real processes, and windows of ten seconds that have to pass: bounds against hanging, not expectations of speed.
const PATIENCE = { timeout: 180_000 };
let busy: BusyLab;
let lab: LabHandle;

beforeAll(async () => {
  busy = await startBusyLab();
  lab = busy.lab;
}, PATIENCE.timeout);
afterAll(() => busy.end(), PATIENCE.timeout);

function urlOf(name: "payments" | "bank-fallback"): string {
  const { banks, services } = lab.addresses;
  const bank = banks.find((one) => one.name === name);
  return bank?.url ?? services.find((one) => one.name === name)?.balancer.url ?? "";
}

async function errorRatio(): Promise<number> {
  const page = await fetch(`${urlOf("payments")}/traffic`);
  return ((await page.json()) as { readonly errorRatio?: number }).errorRatio ?? 0;
}

async function fallbackShare(): Promise<number | undefined> {
  return (await lab.status()).services.find(({ name }) => name === "payments")?.routing?.fallback;
}

/** Asks for a run in Ada's name, and plays it up to its first approval. */
async function ask(desk: RunbookDesk, causeId: string) {
  const asked = await desk.request({
    runbookId: "provider-outage",
    parameters: { payments: urlOf("payments"), fallback: urlOf("bank-fallback") },
    actor: "ada",
    causeId,
    reason: "the bank answers nothing but errors",
  });
  if (!asked.ok) throw new Error(asked.error.message);
  const { id, planHash } = asked.value;
  expect(await play(desk, id)).toBe("waits for a person");
  const approve = async (approvalId: string, actor: string): Promise<string> => {
    const agreement = { planHash, expiresAtMs: Date.now() + 3_600_000, causeId: `${causeId}-${approvalId}` };
    const approved = await desk.command(id, { type: "approve", approvalId, actor, ...agreement });
    return approved.ok ? play(desk, id) : "refused";
  };
  return { approve, id };
}

it(
  "the provider-outage runbook sends more and more payments to the fallback, each step approved, until payments are well",
  PATIENCE,
  async () => {
    const { book, desk } = openDesk(lab.stateDirectory);
    await lab.break({ service: "bank", faults: [{ kind: "errors", ratio: 1 }] });
    while ((await errorRatio()) < 0.3) await new Promise((wake) => setTimeout(wake, 100));

    const first = await ask(desk, "first");
    expect(await first.approve("some", "ada")).toBe("refused");
    expect(await fallbackShare()).toBe(0);
    expect(await first.approve("some", "grace")).toBe("waits for a person");
    expect(await first.approve("half", "grace")).toBe("waits for a person");
    expect(await fallbackShare()).toBe(0.5);
    // Somebody thinks better of it: what was done is taken back, and the outage goes on.
    const cancel = { type: "cancel", undo: true, actor: "ada", causeId: "no", reason: "the bank calls back" } as const;
    expect((await desk.command(first.id, cancel)).ok).toBe(true);
    expect(await play(desk, first.id)).toBe("compensated");
    expect(await fallbackShare()).toBe(0);

    const second = await ask(desk, "second");
    expect(await second.approve("some", "grace")).toBe("waits for a person");
    expect(await fallbackShare()).toBe(0.1);
    expect(await second.approve("half", "grace")).toBe("waits for a person");
    expect(await fallbackShare()).toBe(0.5);
    expect(await errorRatio()).toBeGreaterThan(0.1);
    expect(await second.approve("all", "grace")).toBe("succeeded");
    expect(await fallbackShare()).toBe(1);
    expect(await errorRatio()).toBeLessThan(0.01);
    expect(book.get(second.id)?.words).toMatch(/^healthy: errorRatio is /);
    // The bank is as broken as it was; nobody needs it any more.
    expect((await lab.status()).banks[0]?.instances[0]?.faults).toEqual([{ kind: "errors", ratio: 1 }]);
  },
);
