import { mkdirSync } from "node:fs";
import { chromium as findChromium, skipUnlessAvailable } from "@plimsoll/tools/components";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, type TestContext } from "vitest";
import { buildDashboard, type BuiltDashboard } from "./build-dashboard.js";
import { PASSWORD, startRunbookFleet, type RunbookFleet } from "./runbook-fleet.js";

// The real service and a real browser: what is pressed here runs there.
const executable = await findChromium();
const shots = process.env["PLIMSOLL_SCREENSHOTS"];
let browser: Browser | undefined;
let built: BuiltDashboard;
let fleet: RunbookFleet;
const pages: Page[] = [];

beforeAll(async () => {
  built = await buildDashboard();
  fleet = await startRunbookFleet(built.folder);
  if (executable.kind === "unavailable") return;
  browser = await chromium.launch({ executablePath: executable.executablePath, args: [...executable.args] });
}, 120_000);

afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
});

afterAll(async () => {
  await browser?.close();
  await fleet?.close();
  await built.remove();
});

/** Opens a page as somebody who signed in, or as a reader. */
async function openAs(context: TestContext, name: string | undefined, path: string): Promise<Page> {
  skipUnlessAvailable(context, executable);
  if (browser === undefined) return expect.fail("Chromium was found and did not start.");
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  pages.push(page);
  if (name !== undefined) {
    await page.goto(`${fleet.address}/sign-in`);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }
  await page.goto(fleet.address + path);
  await page.locator("main h1").first().waitFor();
  await expect.poll(() => page.locator(".loading").count()).toBe(0);
  return page;
}

/** Nothing that axe finds serious in light or dark, and nothing wider than a phone. */
async function expectReadable(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await shot(page, `${name}-${colorScheme}`);
    expect(await violations(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await shot(page, `${name}-phone`);
  if (size !== null) await page.setViewportSize(size);
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const tags = JSON.stringify(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]);
  type Found = {
    readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  };
  const found = await page.evaluate<Found>(`axe.run({ runOnly: ${tags} })`);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function shot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
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
}, 60_000);

test("a reader sees a runbook and can start nothing", async (context) => {
  const page = await openAs(context, "cleo", "/runbooks/drain-node");
  await page.getByText("Somebody who signed in with the role responder can run it.").waitFor();
  expect(await page.getByRole("button", { name: "Run it" }).count()).toBe(0);
}, 60_000);

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
}, 120_000);

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

  await ben.goto(`${fleet.address}/runbooks/drain-node`);
  await ben.getByLabel("node: the node to drain").fill("n2");
  await ben.getByLabel("Why").fill("mine");
  await ben.getByRole("button", { name: "Run it" }).click();
  await ben.getByRole("button", { name: "Approve drain" }).click();
  await ben.getByText("ben asked for this run and can not approve it too; somebody else has to.").waitFor();
}, 120_000);
