import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from "vitest";
import {
  collectComplaints,
  eventually,
  expectReadable,
  settled,
  startRealBrowser,
  type RealBrowser,
} from "../src/testing/real-browser.js";
import { fillIn, PASSWORD, signIn, startRealService, type RealService } from "../src/testing/real-service.js";

// What belongs to an incident beside its course: roles, links, merges and action items, on the real page and service.
let browser: RealBrowser;
let service: RealService;
const complaints: string[] = [];
/** The incident that the test works on; each has one of its own. */
let id = "";

beforeAll(async () => {
  service = await startRealService(
    () => `
services: { payments: { tier: 1 }, catalog: { tier: 2 } }
notifiers: { screen: { type: console } }
people:
  ben: { name: Ben Okri, zone: UTC, contacts: [{ notifier: screen }] }
  cleo: { name: Cleo Mora, zone: UTC, contacts: [{ notifier: screen }] }
`,
  );
  for (const [name, role] of [
    ["ana", "responder"],
    ["vic", "viewer"],
  ]) {
    await service.tell("/users", { name, role, password: PASSWORD });
  }
  browser = await startRealBrowser();
});
beforeEach(async () => {
  id = await declare("Nobody can pay", "SEV2");
});
afterEach(() => browser.clear());
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

async function declare(title: string, severity: string): Promise<string> {
  const made = await service.tell("/incidents", { title, service: "payments", severity });
  return (made as { readonly id: string }).id;
}

async function openAs(context: TestContext, name: string): Promise<Page> {
  const page = await browser.page(context, name, (opened) => enter(opened, name));
  await page.goto(`${service.address}/incidents/${id}`);
  await settled(page);
  return page;
}

async function enter(page: Page, name: string): Promise<void> {
  collectComplaints(page, complaints);
  await signIn(page, service, name);
}

/** A part of the page; the postmortem has sections of the same names. */
const region = (page: Page, name: string) => page.locator(".two").getByRole("region", { name });

/** Presses a button, fills in the form that it opens, and sends it. */
async function act(part: Locator, name: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  await part.getByRole("button", { name, exact: true }).click();
  if (Object.keys(fields).length === 0) return;
  const form = part.getByRole("form", { name, exact: true });
  await fillIn(form, fields);
  await form.locator('button[type="submit"]').click();
  await form.waitFor({ state: "detached" });
}

describe("roles", () => {
  test("are assigned, handed over and ended, and every page that shows the incident follows", async (context) => {
    const page = await openAs(context, "ana");
    const other = await openAs(context, "vic");
    const roles = region(page, "Roles and cost");
    await act(roles, "Assign a role", { Role: "commander", Person: "ben" });
    await roles.getByText("The role is assigned.").waitFor();
    await region(other, "Roles and cost")
      .getByText(/^commander ben, since/)
      .waitFor();

    await roles.getByRole("button", { name: "Hand over: commander, ben" }).click();
    const form = roles.getByRole("form", { name: "Hand over: commander, ben" });
    await fillIn(form, { To: "Somebody else …" });
    await fillIn(form, { "To, by name": "zoe", "What is under way, what is promised, what to watch": "The rollback." });
    await expectReadable(page, "incident-hand-over");
    await form.getByRole("button", { name: "Hand over" }).click();
    await region(other, "Roles and cost")
      .getByText(/^commander zoe, since/)
      .waitFor();
    await other.locator(".timeline").getByText("The rollback.").waitFor();

    await act(roles, "End: commander, zoe", { Why: "Her shift is over." });
    await other.locator(".timeline").getByText("Her shift is over.").waitFor();
    await eventually(() => roles.getByRole("button", { name: /^End/ }).count()).toBe(0);
  });

  test("that changed meanwhile are not handed over blindly: the page shows how it stands, and says what to do", async (context) => {
    await service.tell(`/incidents/${id}/assign-role`, { role: "commander", person: "ben" });
    const page = await openAs(context, "ana");
    const roles = region(page, "Roles and cost");
    await roles.getByRole("button", { name: "Hand over: commander, ben" }).click();
    const form = roles.getByRole("form");
    await fillIn(form, { To: "cleo", "What is under way, what is promised, what to watch": "Nothing." });
    await service.tell(`/incidents/${id}/note`, { text: "Ben is on the phone with the bank." });
    await form.getByRole("button", { name: "Hand over" }).click();
    await form.getByText("It has changed since you began.").waitFor();
    // What it speaks of is there by then.
    expect(await page.locator(".timeline").innerText()).toContain("Ben is on the phone with the bank.");
    await form.getByRole("button", { name: "Hand over" }).click();
    await roles.getByText(/^commander cleo, since/).waitFor();
  });

  test("that somebody took first are refused in the service's words, and what was filled in stays", async (context) => {
    const page = await openAs(context, "ana");
    const roles = region(page, "Roles and cost");
    await roles.getByRole("button", { name: "Assign a role" }).click();
    const form = roles.getByRole("form");
    await fillIn(form, { Role: "scribe", Person: "cleo" });
    await service.tell(`/incidents/${id}/assign-role`, { role: "scribe", person: "ben" });
    await form.getByRole("button", { name: "Assign a role" }).click();
    await form.getByText("It has changed since you began.").waitFor();
    await form.getByRole("button", { name: "Assign a role" }).click();
    await form.getByText(`The scribe of ${id} is ben. Let ben hand over, and say what is handed over.`).waitFor();
    expect(await form.getByLabel("Person", { exact: true }).inputValue()).toBe("cleo");
  });
});

describe("links", () => {
  test("tie an incident to an alert, a change with its address, and another incident, and are taken away", async (context) => {
    const past = await declare("Nobody could pay", "SEV3");
    const page = await openAs(context, "ana");
    const related = region(page, "Related");
    const links = related.getByRole("list", { name: "What it belongs to" });
    await act(related, "Link an alert", {
      "Which alert: its key, or its address": "payments/4f1a",
      "How they belong together": "it woke us",
    });
    await links.getByText("alert payments/4f1a: it woke us").waitFor();
    await act(related, "Link a change", {
      "Which change: its id, or its address": "https://ci.example/deploys/7",
      "How they belong together": "began right after it",
    });
    const address = links.getByRole("link", { name: "https://ci.example/deploys/7" });
    await address.waitFor();
    expect(await address.getAttribute("href")).toBe("https://ci.example/deploys/7");
    await act(related, "Link a change", {
      "Which change: its id, or its address": "javascript:alert(1)",
      "How they belong together": "no",
    });
    await links.getByText("change javascript:alert(1): no").waitFor();
    expect(await links.locator("a[href^=javascript]").count()).toBe(0);
    await act(related, "Link an incident", { "Which incident": past, "How they belong together": "the same rack" });
    await links.getByText(`incident ${past}: the same rack`).waitFor();

    await act(related, "Unlink: change javascript:alert(1)");
    await related.getByText("The link is gone.").waitFor();
    await links.getByText("javascript:alert(1)").waitFor({ state: "detached" });
    await expectReadable(page, "incident-links");
  });
});

describe("a merge", () => {
  test("is asked about once more, by keyboard too, and closes the one in favour of the other", async (context) => {
    const into = await declare("The bank is down", "SEV1");
    const page = await openAs(context, "ana");
    const related = region(page, "Related");
    const merge = related.getByRole("button", { name: "Merge into another" });
    await merge.and(page.locator('[aria-disabled="false"]')).focus();
    await page.keyboard.press("Enter");
    const form = related.getByRole("form", { name: "Merge into another" });
    await form.locator("select:focus").waitFor();
    await fillIn(form, { Into: into, Why: "The same outage." });
    await page.keyboard.press("Control+Enter");
    const dialog = page.getByRole("alertdialog", { name: `Merge ${id} into ${into}?` });
    await dialog.getByText(`${id} is closed for good`).waitFor();
    await dialog.getByRole("button", { name: "Go back" }).and(page.locator(":focus")).waitFor();
    await expectReadable(page, "incident-merge");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await form.getByLabel("Why").inputValue()).toBe("The same outage.");

    await form.getByRole("button", { name: "Merge into another" }).click();
    await dialog.getByRole("button", { name: "Merge" }).click();
    await page.locator(".page-title .status", { hasText: "closed" }).waitFor();
    await related.getByText("It is merged.").waitFor();
    await related.getByText(`merged into ${into}`).waitFor();
    expect(await merge.getAttribute("title")).toBe(`It was merged into ${into}: work there.`);
    await related.getByRole("link", { name: into }).first().click();
    await page.getByRole("heading", { level: 1, name: "The bank is down" }).waitFor();
    await region(page, "Related").getByText(`incident ${id}: merged into this`).waitFor();
  });
});

describe("action items", () => {
  test("are added by keyboard alone, changed, and done; then the focus is where it is said", async (context) => {
    const page = await openAs(context, "ana");
    const items = region(page, "Action items");
    const add = items.getByRole("button", { name: "Add an action item" });
    await add.and(page.locator('[aria-disabled="false"]')).focus();
    await page.keyboard.press("Enter");
    const form = items.getByRole("form");
    await form.locator("input:focus").waitFor();
    await page.keyboard.type("Test the rollback");
    await page.keyboard.press("Tab");
    await form.locator("select:focus").waitFor();
    await form.getByRole("option", { name: "Ben Okri (ben)" }).waitFor({ state: "attached" });
    await page.keyboard.type("Ben");
    await page.keyboard.press("Tab");
    await page.keyboard.type("P0");
    await fillIn(form, { "Due, by the end of the day (UTC)": "2030-01-31" });
    await expectReadable(page, "incident-action-item");
    await page.keyboard.press("Control+Enter");
    const item = items.getByRole("listitem").filter({ hasText: "Test the rollback" });
    await item.getByText("P0 Test the rollback open").waitFor();
    expect(await item.innerText()).toMatch(/A1 · ben · due 31 Jan 2030 23:59:59 UTC/);
    await add.and(page.locator(":focus")).waitFor();

    await act(items, "Change: A1, Test the rollback", { Owner: "cleo", Why: "Ben is away." });
    await item.getByText("A1 · cleo · due 31 Jan 2030 23:59:59 UTC").waitFor();
    await act(items, "Done: A1, Test the rollback", { "What came of it": "It runs in CI." });
    await item.getByText("It runs in CI.").waitFor();
    const said = items.getByRole("status").filter({ hasText: "A1 is done." });
    await said.and(page.locator(":focus")).waitFor();
    expect(await item.getByRole("button").count()).toBe(0);
  });
});

test("whoever is signed out in the middle of a form is told so, and keeps what they wrote", async (context) => {
  const page = await (await browser.window(context)).newPage();
  await enter(page, "ana");
  await page.goto(`${service.address}/incidents/${id}`);
  await settled(page);
  const items = region(page, "Action items");
  await items.getByRole("button", { name: "Add an action item" }).click();
  const form = items.getByRole("form");
  await fillIn(form, { "What is to be done": "Test the rollback", Owner: "ben" });
  await fillIn(form, { "Due, by the end of the day (UTC)": "2030-01-31" });
  await page.context().clearCookies();
  await form.getByRole("button", { name: "Add an action item" }).click();
  await form.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  expect(await form.getByLabel("What is to be done").inputValue()).toBe("Test the rollback");
});

test("whoever may only read is offered nothing of it", async (context) => {
  await service.tell(`/incidents/${id}/assign-role`, { role: "commander", person: "ben" });
  await service.tell(`/incidents/${id}/link`, { kind: "change", id: "deploy-7", relation: "began right after it" });
  const page = await openAs(context, "vic");
  await page.getByText("This needs the role responder, and vic is viewer.").first().waitFor();
  for (const name of ["Roles and cost", "Related", "Action items"]) {
    expect([name, await region(page, name).getByRole("button").count()]).toEqual([name, 0]);
  }
});

test("nothing was complained of on the way", () => expect(complaints).toEqual([]));
