import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, type TestContext } from "vitest";
import { startRealBrowser, violations, type RealBrowser } from "../src/testing/real-browser.js";
import { fillIn, PASSWORD, startRealService, UNMEASURED_SLO, type RealService } from "../src/testing/real-service.js";

// The real service, as it is at its first start, and a real browser: cookies and origins are the browser's business.
let browser: RealBrowser;
let service: RealService;

beforeAll(async () => {
  service = await startRealService(() => `services: { payments: { tier: 1 } }${UNMEASURED_SLO}`);
  browser = await startRealBrowser();
});
afterEach(() => browser.clear());
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function newPage(context: TestContext): Promise<Page> {
  return (await browser.window(context)).newPage();
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

  await page.goto(service.signInLink);
  await page.reload();
  await fillIn(page, { Name: "ann", Password: PASSWORD, "The same again": "another horse battery" });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByText("The two passwords are not the same.").waitFor();
  await fillIn(page, { "The same again": PASSWORD });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await page.waitForURL(`${service.address}/`);
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
  await fillIn(page, { Name: "ann", Password: "wrong horse battery" });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Name or password is wrong, or the user is disabled.").waitFor();
  await fillIn(page, { Password: PASSWORD });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await page.waitForURL(`${service.address}/incidents`);
});

test("a link that was followed is dead, and says what to do", async (context) => {
  const page = await newPage(context);
  await page.goto(service.signInLink);
  await fillIn(page, { Name: "eve", Password: PASSWORD, "The same again": PASSWORD });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByText("This sign-in link is not good, or no longer").waitFor();
  await page.goto(`${service.address}/sign-in/link`);
  await page.getByText("This is not the whole link").waitFor();
});

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
    expect(await violations(page)).toEqual([]);
  }
  await fillIn(page, { Name: "ann", Password: PASSWORD });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "payments-availability" }).waitFor();
  await page.waitForURL(`${service.address}/slos/payments-availability`);

  signedIn = false;
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.getByText("Reading here needs somebody to sign in.").waitFor();
});
