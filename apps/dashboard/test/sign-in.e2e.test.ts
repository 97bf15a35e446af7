import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@plimsoll/config";
import { serviceRegistry, startService, type RunningService } from "@plimsoll/service";
import { chromium as findChromium, skipUnlessAvailable } from "@plimsoll/tools/components";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import { buildDashboard, type BuiltDashboard } from "./build-dashboard.js";

// The real service, as it is at its first start, and a real browser: cookies and origins are the browser's business.
const PASSWORD = "correct horse battery";
const executable = await findChromium();
let browser: Browser | undefined;
let built: BuiltDashboard;
let folder: string;
let service: RunningService;

beforeAll(async () => {
  built = await buildDashboard();
  folder = await mkdtemp(join(tmpdir(), "plimsoll-sign-in-"));
  const text = `
version: 1
slice: 15s
storage: ${folder}/data
http: { port: 0 }
sources: { pages: { type: scrape, targets: ["http://127.0.0.1:1/metrics"] } }
services: { payments: { tier: 1 } }
slos:
  payments-availability:
    service: payments
    target: 99.9%
    window: 30d
    sli: { kind: events, source: pages, query: { bad: up, total: up } }
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

async function newPage(context: TestContext): Promise<Page> {
  skipUnlessAvailable(context, executable);
  if (browser === undefined) return expect.fail("Chromium was found and did not start.");
  return (await browser.newContext({ reducedMotion: "reduce" })).newPage();
}

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

/** Writes as a page may, with and without what only this origin knows. */
function noteWithout(page: Page, withCsrf: boolean): Promise<number> {
  return page.evaluate(async (sends) => {
    const csrf = localStorage.getItem("plimsoll-csrf") ?? "";
    const answer = await fetch("/api/v1/overrides/none", {
      method: "DELETE",
      headers: sends ? { "x-plimsoll-csrf": csrf } : {},
    });
    return answer.status;
  }, withCsrf);
}

test("the first admin follows the link, signs out, and comes back where they were", async (context) => {
  const page = await newPage(context);
  expect(service.signInLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\/link#[\w-]{43}$/);
  await page.goto(`${service.address}/sign-in`);
  await page.getByText("Nobody can sign in yet").waitFor();

  await page.goto(service.signInLink ?? "");
  await page.reload();
  await fill(page, { Name: "ann", Password: PASSWORD, "The same again": "another horse battery" });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByText("The two passwords are not the same.").waitFor();
  await fill(page, { "The same again": PASSWORD });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  expect(page.url()).toBe(`${service.address}/`);
  expect(await page.locator(".session-name").innerText()).toBe("ann");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: "plimsoll_session", httpOnly: true, sameSite: "Strict", secure: false });
  expect([await noteWithout(page, false), await noteWithout(page, true)]).toEqual([403, 404]);

  await page.getByRole("link", { name: "Gate" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  expect(await noteWithout(page, true)).toBe(401);

  await page.getByRole("link", { name: "Incidents" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  await fill(page, { Name: "ann", Password: "wrong horse battery" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Name or password is wrong, or the user is disabled.").waitFor();
  await fill(page, { Password: PASSWORD });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  expect(page.url()).toBe(`${service.address}/incidents`);
  await page.context().close();
}, 60_000);

test("a link that was followed is dead, and says what to do", async (context) => {
  const page = await newPage(context);
  await page.goto(service.signInLink ?? "");
  await fill(page, { Name: "eve", Password: PASSWORD, "The same again": PASSWORD });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByText("This sign-in link is not good, or no longer").waitFor();
  await page.goto(`${service.address}/sign-in/link`);
  await page.getByText("This is not the whole link").waitFor();
  await page.context().close();
}, 60_000);

test("where reading needs somebody, the page asks, stays, and shows what was asked for", async (context) => {
  const page = await newPage(context);
  let signedIn = false;
  // As a service off loopback answers: everything but the session is closed until somebody signs in.
  await page.route("**/api/v1/**", async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/api/v1/sign-in") signedIn = true;
    else if (!signedIn && path === "/api/v1/session") {
      return route.fulfill({ json: { state: "signed-out", readsOpen: false, hasUsers: true } });
    } else if (!signedIn) return route.fulfill({ status: 401, json: { code: "no-token", message: "Sign in." } });
    return route.continue();
  });
  await page.goto(`${service.address}/slos/payments-availability`);
  await page.getByText("Reading here needs somebody to sign in.").waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const found = await page.evaluate<{ readonly violations: readonly { readonly id: string }[] }>("axe.run()");
    expect(found.violations.map(({ id }) => id)).toEqual([]);
  }
  await fill(page, { Name: "ann", Password: PASSWORD });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "payments-availability" }).waitFor();
  expect(page.url()).toBe(`${service.address}/slos/payments-availability`);

  signedIn = false;
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.getByText("Reading here needs somebody to sign in.").waitFor();
  await page.context().close();
}, 60_000);
