import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { onCallConfig } from "./on-call-fleet.js";
import {
  collectComplaints,
  eventually,
  expectToFit,
  settled,
  startRealBrowser,
  violations,
  type RealBrowser,
} from "../src/testing/real-browser.js";
import { becomeFirstAdmin, startRealService, type RealService } from "../src/testing/real-service.js";

// The real service with schedules of its own, and a real browser: what is stored here is stored.
let browser: RealBrowser;
let service: RealService;
const complaints: string[] = [];

beforeAll(async () => {
  service = await startRealService(onCallConfig);
  browser = await startRealBrowser();
  await fireAlerts();
});
afterEach(() => browser.clear());
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function fireAlerts(): Promise<void> {
  const alert = (job: string) => ({
    status: "firing",
    labels: { alertname: "Down", job },
    annotations: {},
    startsAt: new Date().toISOString(),
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "",
    fingerprint: `f-${job}`,
  });
  await service.tell("/alerts/alertmanager", {
    version: "4",
    groupKey: "{}",
    truncatedAlerts: 0,
    status: "firing",
    receiver: "plimsoll",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "",
    alerts: [alert("web"), alert("api")],
  });
}

/** Opens a page as the admin, or with options as somebody who is not signed in. */
async function open(context: TestContext, path: string, options?: BrowserContextOptions): Promise<Page> {
  const page =
    options === undefined
      ? await browser.page(context, "ann", becomeAdmin)
      : await (await browser.window(context, options)).newPage();
  if (options !== undefined) collectComplaints(page, complaints);
  await page.goto(service.address + path);
  await settled(page);
  return page;
}

async function becomeAdmin(page: Page): Promise<void> {
  collectComplaints(page, complaints);
  await becomeFirstAdmin(page, service);
}

const local = (offsetDays: number) =>
  new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + offsetDays * 86_400_000).toISOString().slice(0, 16);

describe("on-call", () => {
  test("shows who is on call now, who cannot be reached, and who is next", async (context) => {
    const page = await open(context, "/on-call");
    const duties = page.locator(".duty");
    await eventually(() => duties.count()).toBe(2);
    expect(await duties.nth(0).innerText()).toMatch(/Primary\s+Ada Byron by chat\s+No change within a year/);
    expect(await duties.nth(1).innerText()).toMatch(
      /Silent hours\s+Cy Twombly .+Not reachable: the person has no contact/,
    );
  });

  test("draws weeks in which every shift has a name, and gaps are named", async (context) => {
    const page = await open(context, "/on-call");
    const lanes = page.locator("section", { hasText: "Silent hours" }).locator(".week-lane");
    await eventually(() => lanes.count()).toBeGreaterThanOrEqual(2);
    const words = await page.locator(".week-shift").evaluateAll((all) => all.map((one) => (one as HTMLElement).title));
    expect(words.some((text) => /^Ada Byron, \d+ \w+ \d\d:\d\d to /.test(text))).toBe(true);
    expect(words.some((text) => text.startsWith("nobody, "))).toBe(true);
    await page.getByLabel("Show").selectOption("13");
    await eventually(() => page.locator(".week-lane").count()).toBeGreaterThanOrEqual(26);
  });

  test("previews a change, stores it, marks it, and takes it back", async (context) => {
    const page = await open(context, "/on-call");
    const section = page
      .locator("section")
      .filter({ has: page.getByRole("heading", { name: "Primary", exact: true }) });
    await section.getByText("Change who is on call").click();
    const form = section.getByRole("form", { name: "Change Primary" });
    expect(await form.getByRole("button", { name: "Preview" }).isDisabled()).toBe(true);
    await form.getByLabel("Person", { exact: true }).selectOption("ada");
    await form.getByLabel("On call instead").selectOption("ben");
    await form.getByLabel("From (UTC)").fill(local(1));
    await form.getByLabel("To (UTC)").fill(local(2));
    await form.getByLabel("Reason").fill("Dentist");
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByText("What this changes").waitFor();
    expect(await form.locator(".preview").innerText()).toMatch(/: Ben Okri instead of Ada Byron/);
    expect(await form.locator(".preview").innerText()).toMatch(/would page by standard: .+ Ben Okri \(chat\)/);
    expect(await section.locator('[data-override="true"]').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    // What is shown must be what is stored: another field, another preview.
    await form.getByLabel("Reason").fill("Dentist, again");
    await form.getByText("What this changes").waitFor({ state: "detached" });
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByRole("button", { name: "Store this change" }).click();
    await form.getByText("It is stored.").waitFor();
    await section.locator('[data-override="true"]').first().waitFor();
    const row = section.getByRole("listitem").filter({ hasText: "ben instead of ada" });
    expect(await row.last().innerText()).toContain("ann: Dentist, again");
    await section.getByRole("button", { name: "Withdraw: ben instead of ada" }).click();
    await eventually(() => section.locator('[data-override="true"]').count()).toBe(0);
  });

  test("says what the service refuses", async (context) => {
    const page = await open(context, "/on-call");
    const form = page.getByRole("form", { name: "Change Primary" });
    await page.getByText("Change who is on call").first().click();
    await form.getByLabel("Person", { exact: true }).selectOption("ada");
    await form.getByLabel("On call instead").selectOption("ben");
    await form.getByLabel("From (UTC)").fill(local(2));
    await form.getByLabel("To (UTC)").fill(local(1));
    await form.getByRole("button", { name: "Preview" }).click();
    expect(await form.getByRole("alert").innerText()).toContain("ends before it begins");
  });
});

describe("silences", () => {
  test("are checked as one types, made, made longer, and ended", async (context) => {
    const page = await open(context, "/silences");
    await page.getByText("Nothing is silenced.").waitFor();
    const form = page.getByRole("form", { name: "Silence alerts" });
    await form.getByLabel("Matchers").fill('job=~"("');
    await form.locator(".preview .alarm").waitFor();
    await form.getByLabel("Matchers").fill('job=~".*"');
    await form.getByText("This takes alerts without these labels too").waitFor();
    await form.getByLabel("Reason").fill("New rack.");
    expect(await form.getByRole("button", { name: "Silence" }).isDisabled()).toBe(true);
    await form.getByLabel("Matchers").fill('job="web"');
    await form.getByText("Would quiet 1 of 2 alerts that fire now").waitFor();
    expect(await violations(page)).toEqual([]);
    await form.getByLabel("Only at").fill("mon-sun 00:00-24:00; someday");
    await form.getByRole("button", { name: "Silence" }).click();
    await form.getByRole("alert").getByText("At recurring.1: found `someday`").waitFor();
    await form.getByLabel("Only at").fill("mon-sun 00:00-24:00 Europe/Berlin");
    await form.getByRole("button", { name: "Silence" }).click();
    const row = page.getByRole("list", { name: "Active silences" }).getByRole("listitem");
    await row.waitFor();
    expect(await row.innerText()).toMatch(
      /\{job="web"\}[\s\S]+only at [^·]+Europe\/Berlin · ann: New rack\.[\s\S]+Quiets 1 alert now/,
    );
    const until = () => row.locator("time").getAttribute("datetime");
    const before = Date.parse((await until()) ?? "");
    await row.getByRole("button", { name: /^8 h longer/ }).click();
    await eventually(async () => Date.parse((await until()) ?? "") - before).toBe(8 * 3_600_000);
    await row.getByRole("button", { name: /^Expire now/ }).click();
    await page.getByText("Nothing is silenced.").waitFor();
    await page.getByRole("list", { name: "Expired silences" }).getByText("by ann").waitFor();
  });

  test("are made once where the answer was lost, and once more where something was changed since", async (context) => {
    const page = await open(context, "/silences");
    const answered: number[] = [];
    let lost = true;
    await page.route("**/api/v1/silences", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const answer = await route.fetch();
      answered.push(answer.status());
      return lost ? route.fulfill({ status: 502, body: "" }) : route.fulfill({ response: answer });
    });
    const form = page.getByRole("form", { name: "Silence alerts" });
    const press = form.getByRole("button", { name: "Silence" });
    await form.getByLabel("Matchers").fill('job="api"');
    await form.getByLabel("Reason").fill("It moves.");
    await press.click();
    await form.getByRole("alert").getByText("The service does not answer (status 502).").waitFor();
    const rows = page.getByRole("list", { name: "Active silences" }).getByRole("listitem");
    await eventually(() => rows.count()).toBe(1);
    await press.click();
    await eventually(() => answered.length).toBe(2);
    await form.getByRole("alert").waitFor();
    expect(await rows.count()).toBe(1);
    lost = false;
    await form.getByLabel("For").selectOption("8");
    await press.click();
    await form.getByRole("status").getByText("It is silenced.").waitFor();
    await eventually(() => rows.count()).toBe(2);
    expect(answered).toEqual([201, 201, 201]);
  });
});

describe("everybody can use it", () => {
  const looks: readonly (readonly [string, BrowserContextOptions])[] = [
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
    ["phone", { colorScheme: "light", viewport: { width: 360, height: 740 } }],
  ];
  const views = ["/on-call", "/silences"].flatMap((path) =>
    looks.map(([name, options]) => [path, name, options] as const),
  );

  test.each(views)("%s in %s has no violation, fits, and offers nothing that may not be done", async (...given) => {
    const [path, , options, context] = given as unknown as [string, string, BrowserContextOptions, TestContext];
    const page = await open(context, path, options);
    expect(await violations(page)).toEqual([]);
    await expectToFit(page);
    expect(await page.getByText("Sign in as a responder").count()).toBeGreaterThan(0);
    expect(await page.locator("main form").count()).toBe(0);
  });

  test("nothing was complained of on the way", () => expect(complaints).toEqual([]));
});
