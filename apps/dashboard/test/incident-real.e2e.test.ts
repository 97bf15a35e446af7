import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@plimsoll/config";
import { serviceRegistry, startService, type RunningService } from "@plimsoll/service";
import { chromium as findChromium, skipUnlessAvailable } from "@plimsoll/tools/components";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDashboard, type BuiltDashboard } from "./build-dashboard.js";

// The real service behind the real page: what it answers fits what the page expects, and what the page sends is taken.
const PASSWORD = "correct horse battery";
const executable = await findChromium();
let browser: Browser | undefined;
let built: BuiltDashboard;
let folder: string;
let service: RunningService;

beforeAll(async () => {
  built = await buildDashboard();
  folder = await mkdtemp(join(tmpdir(), "plimsoll-incident-"));
  const text = `
version: 1
slice: 15s
storage: ${folder}/data
http: { port: 0 }
services: { payments: { tier: 1 }, catalog: { tier: 2 } }
notifiers: { screen: { type: console } }
people: { ben: { zone: UTC, contacts: [{ notifier: screen }] } }
escalation:
  default: payments
  policies: { payments: { steps: [{ targets: [{ person: ben }], delay: 1h }], fallback: [{ person: ben }] } }
`;
  const parsed = parseConfig([{ name: "plimsoll.yaml", text }], {
    ...serviceRegistry,
    readSecret: () => ({ ok: false, error: "none" }) as never,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  service = await startService(parsed.value, {
    stateDirectory: folder,
    dashboardDirectory: built.folder,
    version: "0.0.0-test",
    logLevel: "silent",
  });
  if (executable.kind === "unavailable") return;
  browser = await chromium.launch({ executablePath: executable.executablePath, args: [...executable.args] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await built.remove();
  await rm(folder, { recursive: true, force: true });
});

async function signIn(page: Page): Promise<void> {
  await page.goto(service.signInLink ?? "");
  for (const [label, value] of [
    ["Name", "ann"],
    ["Password", PASSWORD],
    ["The same again", PASSWORD],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** One press, and one form where the action asks for words. */
async function act(page: Page, name: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  if (Object.keys(fields).length === 0) return;
  const form = page.getByRole("form");
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
  await form.getByRole("button", { name: name === "Declare an incident" ? "Declare" : name, exact: true }).click();
  await form.waitFor({ state: "detached" });
}

const status = (page: Page, words: string) => page.locator(".page-title .status", { hasText: words }).waitFor();

test("somebody declares an incident, and leads it to an approved postmortem, on the page alone", async (context) => {
  skipUnlessAvailable(context, executable);
  if (browser === undefined) return expect.fail("Chromium was found and did not start.");
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  await signIn(page);
  await page.goto(`${service.address}/incidents`);
  await act(page, "Declare an incident", { "What is wrong": "Nobody can pay", Service: "payments", Severity: "SEV2" });
  await page.waitForURL("**/incidents/INC-001");
  await page.getByText("People are being called").waitFor();
  await page.getByRole("list", { name: "Who was called" }).getByText("ben").waitFor();

  await act(page, "Severity", { Severity: "SEV1", Why: "everybody" });
  await act(page, "Acknowledge");
  await status(page, "acknowledged");
  await page.getByText("Somebody has acknowledged").waitFor();
  await act(page, "Update", { For: "stakeholders", "What to tell": "We roll back." });
  await act(page, "Mitigate", { "What is being done": "Rolling back." });
  await status(page, "mitigating");
  await act(page, "Mitigated", { "What ended the impact": "Rolled back." });
  await status(page, "mitigated");
  await act(page, "Resolve", { "Why it is over": "The rollback helped." });
  await status(page, "resolved");

  await page.getByRole("button", { name: "Edit Why" }).click();
  await page.getByLabel("Why, in Markdown").fill("ann deployed a **missing** test.");
  await page.getByRole("button", { name: "Save" }).click();
  // Causes name roles, not people.
  await page.locator(".postmortem").getByText("a responder deployed a missing test.").waitFor();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Approved by ann").waitFor();

  const timeline = await page.locator(".timeline").innerText();
  for (const words of ["We roll back.", "Rolling back.", "Rolled back.", "The rollback helped."]) {
    expect(timeline).toContain(words);
  }
  await act(page, "Reopen", { "Why it is not over": "It is back." });
  await status(page, "declared");
});
