import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startRealBrowser, type RealBrowser } from "../src/testing/real-browser.js";
import { becomeFirstAdmin, fillIn, startRealService, type RealService } from "../src/testing/real-service.js";

// The real service behind the real page: what it answers fits what the page expects, and what the page sends is taken.
let browser: RealBrowser;
let service: RealService;

beforeAll(async () => {
  service = await startRealService(
    () => `
services: { payments: { tier: 1 }, catalog: { tier: 2 } }
notifiers: { screen: { type: console } }
people: { ben: { zone: UTC, contacts: [{ notifier: screen }] } }
escalation:
  default: payments
  policies: { payments: { steps: [{ targets: [{ person: ben }], delay: 1h }], fallback: [{ person: ben }] } }
`,
  );
  browser = await startRealBrowser();
});
afterEach(() => browser.clear());
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** One press, and one form where the action asks for words. */
async function act(page: Page, path: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const one of path.split("/")) await page.getByRole("button", { name: one, exact: true }).click();
  const name = path.split("/").at(-1) ?? path;
  if (Object.keys(fields).length === 0) return;
  const form = page.getByRole("form");
  await fillIn(form, fields);
  await form.getByRole("button", { name: name === "Declare an incident" ? "Declare" : name, exact: true }).click();
  await form.waitFor({ state: "detached" });
}

const status = (page: Page, words: string) => page.locator(".page-title .status", { hasText: words }).waitFor();

test("somebody declares an incident, and leads it to an approved postmortem, on the page alone", async (context) => {
  const page = await (await browser.window(context)).newPage();
  await becomeFirstAdmin(page, service);
  await page.goto(`${service.address}/incidents`);
  await act(page, "Declare an incident", { "What is wrong": "Nobody can pay", Service: "payments", Severity: "SEV2" });
  await page.waitForURL("**/incidents/INC-001");
  await page.getByText("People are being called").waitFor();
  await page.getByRole("list", { name: "Who was called" }).getByText("ben").waitFor();

  await act(page, "More/Severity", { Severity: "SEV1", Why: "everybody" });
  await act(page, "Escalate", { "Whom or what you need": "a database administrator" });
  await page.locator(".timeline").getByText("ann asked for it: a database administrator").first().waitFor();
  await act(page, "More/Call nobody for a time", { "For how long, from now": "1 hour", Why: "we talk" });
  await page.getByText("Paused until").first().waitFor();
  await act(page, "More/Call people again");
  await act(page, "Acknowledge");
  await status(page, "acknowledged");
  await page.getByText("Somebody has acknowledged").waitFor();
  await act(page, "More/Give it back", { "Why you are not on it any more": "my shift ends" });
  await status(page, "declared");
  await act(page, "Acknowledge");
  await status(page, "acknowledged");
  await act(page, "More/Still on it");
  await act(page, "More/Add evidence", {
    "Who or what saw it": "ann",
    "What it shows, in one line": "The pool is full",
    "What was seen, as it was": "pool: 0 of 40 free",
  });
  await page.getByText("The pool is full").first().waitFor();
  await act(page, "More/Split", { "What the other incident is about": "Cards only", Why: "another cause" });
  await page.getByRole("list", { name: "What it belongs to" }).getByText("INC-002").first().waitFor();
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
  await act(page, "More/Reopen", { "Why it is not over": "It is back." });
  await status(page, "declared");
  await act(page, "Acknowledge");
  await act(page, "More/Resolve", { "Why it is over": "It was nothing." });
  await act(page, "Close", { "Why it is done with, if that is to be said": "" });
  await status(page, "closed");
});

test("what an alert's labels hold is text on every page, and nothing of it runs", async (context) => {
  const run = "window.stolen=document.title";
  const image = `<img src=x onerror="${run}">`;
  const labels = {
    alertname: `Down ${image}`,
    service: "catalog",
    severity: "critical",
    job: `<script>${run}</script>`,
    instance: `"><svg onload="${run}">`,
  };
  const annotations = {
    description: `</p><script>${run}</script> [here](javascript:${run}) ${image}`,
    runbook_url: `javascript:${run}`,
  };
  const alert = { status: "firing", labels, annotations, startsAt: new Date().toISOString() };
  const body = { version: "4", groupKey: "g", status: "firing", receiver: "r", alerts: [alert] };
  await service.tell("/alerts/alertmanager", body);

  const page = await (await browser.window(context)).newPage();
  const expectText = async (): Promise<void> => {
    expect(await page.evaluate(() => "stolen" in window)).toBe(false);
    expect(
      await page.locator('img[src="x"], svg[onload], [onerror], script:not([src]), a[href^="javascript:"]').count(),
    ).toBe(0);
  };
  await page.goto(`${service.address}/incidents`);
  const link = page.getByRole("link", { name: image });
  await link.first().waitFor();
  await expectText();
  await link.first().click();
  await page.waitForURL(/\/incidents\/INC-\d+$/);
  await page.getByRole("heading", { name: image }).first().waitFor();
  await page.locator(".timeline").waitFor();
  await expectText();
  // Nobody wrote a summary: what the page tells is the label that names the alert.
  expect(await page.locator("main").textContent()).toContain(labels.alertname);
});
