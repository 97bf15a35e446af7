import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from "vitest";
import type { Meta } from "../src/api/answers.js";
import { buildDashboard, type BuiltDashboard } from "../src/testing/build-dashboard.js";
import { emptyFleet, healthyFleet, pagingFleet } from "./fleet.js";
import { INCIDENT_ID, openIncident, resolvedIncident } from "./incident-fleet.js";
import {
  collectComplaints,
  eventually,
  expectReadable,
  settled,
  startRealBrowser,
  violations,
  type RealBrowser,
} from "../src/testing/real-browser.js";
import { startScriptedService, type ScriptedService } from "./scripted-service.js";

let browser: RealBrowser;
let built: BuiltDashboard;
let service: ScriptedService;
const complaints: string[] = [];

beforeAll(async () => {
  built = await buildDashboard();
  browser = await startRealBrowser();
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  complaints.length = 0;
  service = await startScriptedService(built.folder, pagingFleet());
});
afterEach(async () => {
  await browser.clear();
  await service.kill();
});

/** Opens a page as a reader does; with options in a window of its own. */
async function open(context: TestContext, path: string, options?: BrowserContextOptions): Promise<Page> {
  const complain = (page: Page) => collectComplaints(page, complaints);
  const page =
    options === undefined
      ? await browser.page(context, undefined, complain)
      : await (await browser.window(context, options)).newPage();
  if (options !== undefined) complain(page);
  await page.goto(service.url + path);
  await page.locator("main h1").first().waitFor();
  return page;
}

const text = (page: Page, selector: string) => page.locator(selector).first().innerText();
const now = () => new Date().toISOString();

const VIEWS = [
  ["the overview", "/"],
  ["an SLO", "/slos/payments-availability"],
  ["a frozen SLO", "/slos/search-freshness"],
  ["an SLO without data", "/slos/dns-probe"],
  ["the incidents", "/incidents"],
  ["an open incident", `/incidents/${INCIDENT_ID}`],
  ["a resolved incident", `/incidents/${resolvedIncident().id}`],
  ["a service", "/services/payments"],
  ["the gate", "/gate"],
  ["an address that leads nowhere", "/nowhere"],
] as const;

test("the bundle stays small: under 120 KB of compressed JavaScript before anything is shown, and nothing from elsewhere", async () => {
  const html = await readFile(join(built.folder, "index.html"), "utf8");
  const names = (await readdir(join(built.folder, "assets"))).filter((name) => name.endsWith(".js"));
  const sizeOf = async (some: readonly string[]) => {
    const scripts = await Promise.all(some.map((name) => readFile(join(built.folder, "assets", name))));
    return scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
  };
  const [first, later] = [names.filter((name) => html.includes(name)), names.filter((name) => !html.includes(name))];
  expect(await sizeOf(first)).toBeLessThan(120_000);
  // What draws charts comes when a page has one.
  expect(later).toEqual([expect.stringMatching(/^history-charts-/)]);
  expect(await sizeOf(later)).toBeLessThan(30_000);
  expect(html).not.toMatch(/https?:\/\//);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
});

describe("what is shown", () => {
  test("the overview begins with what pages, and since when", async (context) => {
    const page = await open(context, "/");
    await page.getByRole("list", { name: "SLOs, worst first" }).waitFor();
    const title = await text(page, "main h1");
    expect(title).toMatch(/payments-availability pages\s+since \d\d:\d\d:\d\d UTC, 25 min/);
    expect(await text(page, ".headline")).toContain("overspent 12.4 times");
    const rows = await page.locator(".slo-row .row-link").allInnerTexts();
    expect(rows.slice(0, 5)).toEqual([
      "payments-availability",
      "catalog-latency",
      "checkout-availability",
      "search-freshness",
      "dns-probe",
    ]);
    const badges = await page.locator(".slo-row .badge").allInnerTexts();
    expect(badges.slice(0, 6)).toEqual(["Pages", "Ticket", "Would page", "Frozen", "No data", "Healthy"]);
    await eventually(() => page.title()).toBe("(1) Overview · Plimsoll");
    expect(complaints).toEqual([]);
  });

  test("of two incidents of one SLO the worse is named beside it, in the headline and in its row", async (context) => {
    const worse = openIncident();
    const dataLoss = openIncident({
      id: "inc-01JD8F9Z2K",
      title: "payments-availability is not measured",
      severity: "SEV3",
      declaredAt: now(),
    });
    for (const incidents of [
      [worse, dataLoss],
      [dataLoss, worse],
    ]) {
      service.fleet = { ...pagingFleet(), incidents };
      const page = await open(context, "/");
      const row = page.locator('.slo-row:has(a[href$="/slos/payments-availability"])');
      for (const place of [page.locator(".headline"), row]) {
        const link = place.locator(".incident-link");
        await link.waitFor();
        expect(await link.getAttribute("href")).toMatch(new RegExp(`/incidents/${worse.id}$`));
        expect(await link.innerText()).toContain("SEV1");
      }
    }
  });

  test("an overspent bar lies to the left of the zero line, one with a rest to the right", async (context) => {
    const page = await open(context, "/");
    await settled(page);
    const sides = async (name: string) => {
      const row = page.locator(".slo-row").filter({ has: page.getByRole("link", { name, exact: true }) });
      const fill = await row.locator(".budget-fill").boundingBox();
      const zero = await row.locator(".budget-zero").boundingBox();
      if (fill === null || zero === null) return expect.fail(`${name} has no bar`);
      const line = zero.x + zero.width / 2;
      return fill.x + fill.width <= line + 1 ? "left" : fill.x >= line - 1 ? "right" : "across";
    };
    expect(await sides("payments-availability")).toBe("left");
    expect(await sides("checkout-availability")).toBe("left");
    expect(await sides("gateway-latency")).toBe("right");
  });

  test("an SLO's page explains, and shows both windows of each rule against its line", async (context) => {
    const page = await open(context, "/slos/payments-availability");
    expect(await text(page, ".explanation")).toContain("402x over 1\u00a0h and 400x over 5\u00a0min against 14.4x");
    const gauges = page.locator(".gauge");
    await gauges.nth(3).waitFor();
    expect(await gauges.count()).toBe(4);
    expect(await gauges.first().innerText()).toMatch(
      /Page over 1 h and 5 min\s+Fires[\s\S]*14\.4x[\s\S]*402x[\s\S]*400x/,
    );
    await settled(page);
    await eventually(() => page.locator(".chart canvas").count()).toBe(2);
    expect(await page.locator("main").innerText()).toContain("Release only P0 fixes");
    expect(await page.locator("main").innerText()).toContain("load test against production");
    expect(await page.locator(".gate-row .badge").allInnerTexts()).toEqual([
      "Denied",
      "Denied",
      "Denied",
      "Denied",
      "With a reason",
    ]);
  });

  test("the dashboard never asks the gate about an emergency: each question is audited", async (context) => {
    const page = await open(context, "/gate");
    await page.getByText("Denied").nth(3).waitFor();
    expect(service.asked.filter((path) => path.includes("emergency"))).toEqual([]);
  });

  test("an incident tells its story, with what was breached; what people wrote is text", async (context) => {
    const page = await open(context, `/incidents/${INCIDENT_ID}`);
    await settled(page);
    const main = await page.locator("main").innerText();
    expect(main).toContain("An alert of it fires, declared 24 min");
    expect(main).toContain("Breached");
    expect(main).toContain("<script>alert(1)</script> looks like the new pool size");
    expect(main).toContain("9f2b8c41d1d34a7b0f5d7e0c9a61b3f8e24c6a5577d0e1b2c3f4a5968778695a");
    expect(await page.locator("time").first().getAttribute("title")).toMatch(/\(.+\)$/);
    expect(await page.locator("main script").count()).toBe(0);
  });

  test("a postmortem is shown in its sections, and what people wrote in it is text", async (context) => {
    const page = await open(context, `/incidents/${resolvedIncident().id}`);
    await page.getByRole("heading", { name: "Timeline (UTC)" }).waitFor();
    expect(await text(page, ".postmortem")).toContain("<img src=x onerror=alert(1)>");
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.locator(".postmortem strong").allInnerTexts()).toEqual(["Severity", "Duration", "missing"]);
  });

  test("what the service wants said, failing sources and what was set aside are on every page", async (context) => {
    const fleet = pagingFleet();
    const failing: Meta["sources"][number] = {
      name: "prometheus",
      type: "prometheus",
      state: "failing",
      lastError: "connection refused",
      setAside: [],
    };
    service.fleet = {
      ...fleet,
      meta: {
        ...fleet.meta,
        notice: "The history before today was simulated.",
        sources: [failing, ...fleet.meta.sources.slice(1)],
      },
    };
    const page = await open(context, "/incidents");
    await page.getByText("The history before today was simulated.").waitFor();
    expect(await text(page, ".notices")).toContain("prometheus (connection refused)");
    expect(await text(page, ".app-footer")).toMatch(
      /Plimsoll 0\.1\.0[\s\S]*storage: embedded[\s\S]*2 sources, 1 failing, 3 samples set aside/,
    );
  });
});

describe("empty and failed", () => {
  test("without SLOs the page says how to add one", async (context) => {
    service.fleet = emptyFleet();
    const page = await open(context, "/");
    await page.getByRole("heading", { name: "No SLOs yet" }).waitFor();
    expect(await page.locator("main").innerText()).toContain("plimsoll init");
    await page.goto(`${service.url}/incidents`);
    await page.getByText("No open incidents.").waitFor();
  });

  test("an SLO that does not exist is said in the service's words", async (context) => {
    const page = await open(context, "/slos/nothing");
    await page.getByText("There is nothing at /slos/nothing.").waitFor();
  });

  test("an answer that does not fit is called that, and not shown", async (context) => {
    service.instead.set("/slos", { status: 200, body: { at: now(), slos: [{ id: 7 }] } });
    const page = await open(context, "/");
    await page.getByText("Could not read the SLOs").waitFor();
    expect(await page.locator("main").innerText()).toContain("at slos[0].id: expected text, found 7");
    service.instead.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("list", { name: "SLOs, worst first" }).waitFor();
  });

  test("a service that is there but does not evaluate is called late", async (context) => {
    const longAgo = new Date(Date.now() - 600_000).toISOString();
    service.instead.set("/slos", { status: 200, body: { at: longAgo, slos: healthyFleet().slos } });
    const page = await open(context, "/");
    await page.getByText(/The last evaluation is 10 min .* old\./).waitFor();
  });
});

describe("live", () => {
  test("an evaluation changes the page without a reload, and an incident too", async (context) => {
    service.fleet = healthyFleet();
    const page = await open(context, "/");
    await page.getByRole("heading", { name: "All within budget" }).waitFor();
    await page.locator(".live-fresh").waitFor();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    service.fleet = pagingFleet();
    service.send({ type: "evaluated", at: now(), changed: ["payments-availability"] });
    await page.getByRole("heading", { name: /payments-availability pages/ }).waitFor();
    await page.getByRole("link", { name: /SEV1 incident, declared/ }).waitFor();
    service.fleet = { ...service.fleet, incidents: [openIncident({ status: "acknowledged", acknowledgedAt: now() })] };
    service.send({ type: "incident", at: now(), id: INCIDENT_ID });
    await page.getByRole("link", { name: /SEV1 incident, acknowledged/ }).waitFor();
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
    await eventually(() => page.locator('link[rel="icon"]').getAttribute("href")).toBe("/favicon-alert.svg");
  });

  test("without a stream it polls", async (context) => {
    service.streams = "refused";
    service.fleet = healthyFleet();
    const page = await open(context, "/");
    await page.getByText(/polling, evaluated/).waitFor();
    service.fleet = pagingFleet();
    await page.getByRole("heading", { name: /payments-availability pages/ }).waitFor();
  });

  test("says when the service is gone, as of when the data are, marks them as old, and recovers by itself", async (context) => {
    service.fleet = healthyFleet();
    const page = await open(context, "/");
    await page.getByRole("heading", { name: "All within budget" }).waitFor();
    await page.locator(".live-fresh").waitFor();
    await service.kill();
    await page.getByText(/Connection lost, data as of \d\d:\d\d:\d\d UTC\./).waitFor();
    expect(await page.locator("main").getAttribute("data-stale")).toBe("true");
    expect(await text(page, "main h1")).toMatch(/All within budget\s+as of \d\d:\d\d:\d\d UTC/);
    await page.getByRole("link", { name: "Incidents" }).click();
    await page.getByText("Could not read the incidents").waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    service.fleet = pagingFleet();
    await service.revive();
    await page.getByRole("heading", { name: /payments-availability pages/ }).waitFor();
    await page.getByText("Connection lost").waitFor({ state: "detached" });
    expect(await page.locator("main").getAttribute("data-stale")).toBe("false");
  });

  test("a page that was opened while the service was down comes alive with it", async (context) => {
    const page = await open(context, "/incidents");
    await service.kill();
    await page.getByText("Connection lost").waitFor();
    await page.getByRole("link", { name: "Gate" }).click();
    await page.getByText("Could not read the gate's answer for routine").waitFor();
    await service.revive();
    await page.getByText("Denied").first().waitFor();
  });
});

describe("by keyboard", () => {
  test("the first stop skips to the content, and everything is reached by Tab", async (context) => {
    const page = await open(context, "/");
    await settled(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    const reached = new Set<string>();
    for (let stop = 0; stop < 80; stop += 1) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
    }
    for (const name of [
      "Plimsoll",
      "Incidents1 open",
      "?",
      "payments-availability",
      "Frozen 1",
      "gateway-availability-next",
    ]) {
      expect(reached).toContain(name);
    }
  });

  test("slash filters, the address keeps the filter, and j goes to the row", async (context) => {
    const page = await open(context, "/gate");
    await page.keyboard.press("/");
    await page.locator("#slo-filter:focus").waitFor();
    await page.keyboard.type("gateway lat");
    await eventually(() => page.locator(".slo-row").count()).toBe(1);
    expect(new URL(page.url()).search).toBe("?q=gateway+lat");
    await page.locator("#slo-filter").blur();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "gateway-latency" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/slos/gateway-latency");
    await page.locator("h1:focus").waitFor();
    await page.goBack();
    await eventually(() => page.locator("#slo-filter").inputValue()).toBe("gateway lat");
  });

  test("g i goes to the incidents, and the help opens, closes, and switches the keys off", async (context) => {
    const page = await open(context, "/");
    // One after the other without waiting in between: the second key belongs to the first for a moment only.
    await eventually(async () => {
      await Promise.all([page.keyboard.press("g"), page.keyboard.press("i")]);
      return page.getByRole("heading", { level: 1, name: "Incidents" }).count();
    }).toBe(1);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.getByRole("checkbox", { name: "Single-key shortcuts are on" }).uncheck();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    expect(await page.getByRole("dialog", { name: "Keyboard" }).isVisible()).toBe(false);
  });

  test("a chart is read step by step", async (context) => {
    const page = await open(context, "/slos/payments-availability");
    const chart = page.getByRole("slider", { name: "Budget left, step by step" });
    await chart.focus();
    const last = await chart.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowLeft");
    expect(last).toContain("overspent 12.4 times");
    await eventually(() => chart.getAttribute("aria-valuetext")).not.toBe(last);
    await page.keyboard.press("Home");
    await eventually(() => chart.getAttribute("aria-valuenow")).toBe("0");
  });
});

test("the theme goes round, is remembered, and is there before the page is", async (context) => {
  const page = await open(context, "/", { colorScheme: "light" });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await background()).toBe(dark);
});

describe.each(VIEWS)("%s", (_name, path) => {
  test("has no accessibility violation, in light or dark, and fits the narrowest phone", async (context) => {
    const page = await open(context, path);
    await settled(page);
    await expectReadable(page, path.slice(1).replaceAll("/", "-") || "overview");
  });
});

test("the help and the lost connection have no accessibility violation, in light or dark", async (context) => {
  const page = await open(context, "/", { colorScheme: "light" });
  await page.getByRole("list", { name: "SLOs, worst first" }).waitFor();
  await service.kill();
  await page.getByText("Connection lost").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  expect(await violations(page)).toEqual([]);
});
