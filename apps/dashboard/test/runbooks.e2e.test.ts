import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, type TestContext } from "vitest";
import {
  eventually,
  expectReadable,
  settled,
  startRealBrowser,
  type RealBrowser,
} from "../src/testing/real-browser.js";
import { signIn } from "../src/testing/real-service.js";
import { startRunbookFleet, type RunbookFleet } from "./runbook-fleet.js";

// The real service and a real browser: what is pressed here runs there.
let browser: RealBrowser;
let fleet: RunbookFleet;

beforeAll(async () => {
  fleet = await startRunbookFleet();
  browser = await startRealBrowser();
});
afterEach(() => browser.clear());
afterAll(async () => {
  await browser?.close();
  await fleet?.close();
});

/** Opens a page as somebody who signed in, or as a reader. */
async function openAs(context: TestContext, name: string | undefined, path: string): Promise<Page> {
  const page = await browser.page(context, name, async (opened) => {
    if (name !== undefined) await signIn(opened, fleet.service, name);
  });
  await page.goto(fleet.service.address + path);
  await settled(page);
  return page;
}

test("runbooks are listed with their level, owner, rehearsal and findings", async (context) => {
  const page = await openAs(context, undefined, "/runbooks");
  const rows = page.getByRole("list", { name: "Runbooks" }).getByRole("listitem");
  const drain = await rows.filter({ hasText: "Drain a bad node" }).first().innerText();
  expect(drain).toMatch(
    /drain-node · for payments-availability, error-surge[\s\S]*Level 3[\s\S]*platform team · rehearsed/,
  );
  const bank = await rows.filter({ hasText: "Restart the connection" }).first().innerText();
  expect(bank).toMatch(/restart-bank has no owner[\s\S]*was never rehearsed[\s\S]*without approval/);
  await page.getByText("Nothing was run yet.").waitFor();
  await expectReadable(page, "runbooks");
});

test("the engine is stopped by a responder and let again by an approver; a reader sees who stopped it and why", async (context) => {
  const ana = await openAs(context, "ana", "/runbooks");
  const panel = (page: Page) => page.getByRole("region", { name: "Started by the engine" });
  await panel(ana).getByText("Nobody has stopped the engine").waitFor();
  await panel(ana).getByText("Turn the cache off and on: the engine may start it.").waitFor();
  await ana.getByLabel("Why it has to stop").fill("it ran <b>wild</b>");
  await ana.getByRole("button", { name: "Stop the engine" }).click();
  await panel(ana)
    .getByText(/^ana, .*: it ran <b>wild<\/b>$/u)
    .waitFor();
  await panel(ana)
    .getByText(/Turn the cache off and on: not now\. .*kill switch/iu)
    .waitFor();
  await panel(ana).getByText("Allow it again: somebody can who signed in with the role approver.").waitFor();
  expect(await panel(ana).getByRole("button").count()).toBe(0);
  await expectReadable(ana, "runbooks-stopped");

  const ben = await openAs(context, "ben", "/runbooks");
  await ben.getByLabel("Why it may start runbooks again").fill("mended");
  await expectReadable(ben, "runbooks-allow");
  // Somebody stops it once more, and the page has not heard of it: what ben has not seen stays stopped.
  let hear = () => {};
  const heard = new Promise<void>((resolve) => (hear = resolve));
  await ben.route("**/api/v1/automation", async (route) => {
    await heard;
    await route.continue();
  });
  await fleet.service.tell("/automation/engage", { reason: "and again" });
  await ben.getByRole("button", { name: "Allow it again" }).click();
  await panel(ben).getByRole("alert").waitFor();
  hear();
  await panel(ben)
    .getByText(/: and again$/u)
    .waitFor();
  await ben.getByRole("button", { name: "Allow it again" }).click();
  await panel(ben).getByText("Nobody has stopped the engine").waitFor();

  const reader = await openAs(context, "cleo", "/runbooks");
  await panel(reader).getByText("Stop the engine: somebody can who signed in with the role responder.").waitFor();
  await expectReadable(reader, "runbooks-automation");
});

test("a reader sees a runbook and can start nothing", async (context) => {
  const page = await openAs(context, "cleo", "/runbooks/drain-node");
  await page.getByText("Somebody who signed in with the role responder can run it.").waitFor();
  expect(await page.getByRole("button", { name: "Run it" }).count()).toBe(0);
});

test("a run is previewed, started, approved by somebody else, reported on, and ends when the service is well", async (context) => {
  const ana = await openAs(context, "ana", "/runbooks/drain-node");
  await ana.getByLabel("node: the node to drain").fill("n1");
  await ana.getByRole("button", { name: "Show what it would do" }).click();
  const plan = ana.getByRole("region", { name: "What it would do" });
  expect(await plan.innerText()).toContain("/drain/n1;");
  expect(fleet.asked).toEqual([]);
  await expectReadable(ana, "runbook");

  await ana.getByLabel("Why").fill("n1 drops requests");
  await ana.getByLabel("Why").press("Tab");
  await ana.getByRole("button", { name: "Run it" }).click();
  await ana.waitForURL(/\/runbook-runs\//);
  await ana.getByText("It waits for approval of drain").waitFor();
  await ana.getByText("other than ana, can approve it.").waitFor();
  expect(await ana.getByRole("button", { name: "Approve drain" }).count()).toBe(0);
  await expectReadable(ana, "run-approval");

  const ben = await openAs(context, "ben", new URL(ana.url()).pathname);
  const shown = await ben.getByRole("region", { name: "The plan to approve" }).innerText();
  expect(shown).toContain("/drain/n1;");
  await ben.getByRole("button", { name: "Approve drain" }).focus();
  await ben.keyboard.press("Enter");

  // The other page hears of it without a reload, and what the runbook says is text.
  await ana.getByRole("heading", { name: "To be done by hand" }).waitFor();
  expect(await ana.locator("main").innerText()).toContain("the queue of n1 is empty <script>alert(1)</script>.");
  expect(fleet.asked).toEqual(["/drain/n1"]);
  expect(await ana.locator(".run-steps li").first().innerText()).toMatch(/succeeded[\s\S]*Take the node out[\s\S]*200/);
  await expectReadable(ana, "run-manual");
  fleet.setHealthy(true);
  await ana.getByLabel("What was done and seen").fill("it is empty");
  await ana.getByRole("button", { name: "It worked" }).click();
  await ana.locator(".page-title .badge", { hasText: "succeeded" }).waitFor();
  expect(await ana.locator("main").innerText()).toMatch(/Approved\s+drain by ben/);
  await expectReadable(ana, "run-over");
});

test("a start of which the answer was lost is asked again as the same, and as another once something was changed", async (context) => {
  const ana = await openAs(context, "ana", "/runbooks/restart-bank");
  const keys: (string | undefined)[] = [];
  await ana.route("**/api/v1/runbooks/restart-bank/runs", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    await route.abort();
  });
  const press = async (time: number) => {
    await ana.getByRole("button", { name: "Run it" }).click();
    await eventually(() => keys.length).toBe(time);
    await ana.getByRole("alert").getByText("The service does not answer").waitFor();
  };
  await ana.getByLabel("Why").fill("no answers");
  await press(1);
  await press(2);
  await ana.getByLabel("Why").fill("no answers at all");
  await press(3);
  const [first, second, third] = keys;
  expect(first).toMatch(/\S/u);
  expect([second === first, third === first]).toEqual([true, false]);
});

test("whoever asked for a run is told that somebody else has to approve it; a run is paused, goes on and is cancelled", async (context) => {
  fleet.setHealthy(false);
  const ben = await openAs(context, "ben", "/runbooks/restart-bank");
  await ben.getByLabel("Why").fill("no answers");
  await ben.getByRole("button", { name: "Run it" }).click();
  await ben.waitForURL(/\/runbook-runs\//);
  await ben.getByRole("button", { name: "It worked" }).waitFor();
  await ben.getByLabel("Why").fill("it came back by itself");
  await ben.getByRole("button", { name: "Cancel" }).click();
  await ben.locator(".page-title .badge", { hasText: "cancelled" }).waitFor();
  expect(await ben.getByRole("button", { name: "Cancel" }).count()).toBe(0);

  await ben.goto(`${fleet.service.address}/runbooks/drain-node`);
  await ben.getByLabel("node: the node to drain").fill("n2");
  await ben.getByLabel("Why").fill("mine");
  await ben.getByRole("button", { name: "Run it" }).click();
  await ben.getByRole("button", { name: "Approve drain" }).click();
  await ben.getByText("ben asked for this run and can not approve it too; somebody else has to.").waitFor();
});
