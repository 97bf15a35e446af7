import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, type TestContext } from "vitest";
import type { SessionBody } from "../src/api/answers.js";
import { buildDashboard, type BuiltDashboard } from "../src/testing/build-dashboard.js";
import { pagingFleet } from "./fleet.js";
import { INCIDENT_ID, openIncident, resolvedIncident } from "./incident-fleet.js";
import {
  eventually,
  expectReadable,
  settled,
  shot,
  startRealBrowser,
  type RealBrowser,
} from "../src/testing/real-browser.js";
import { fillIn } from "../src/testing/real-service.js";
import { startScriptedService, type ScriptedService } from "./scripted-service.js";

let browser: RealBrowser;
let built: BuiltDashboard;
let service: ScriptedService;
const OPEN = `/incidents/${INCIDENT_ID}`;
const RESOLVED = `/incidents/${resolvedIncident().id}`;

beforeAll(async () => {
  built = await buildDashboard();
  browser = await startRealBrowser();
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  service = await startScriptedService(built.folder, pagingFleet());
  signIn("responder");
});
afterEach(async () => {
  await browser.clear();
  await service.kill();
});

function signIn(role: Extract<SessionBody, { state: "signed-in" }>["role"]): void {
  service.instead.set("/session", { status: 200, body: { state: "signed-in", name: "ana", role, by: "token" } });
}

async function open(context: TestContext, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.window(context, options)).newPage();
  await page.goto(service.url + path);
  await settled(page);
  return page;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
/** The same, once it can be pressed: that is known when the service has said who is signed in. */
const ready = (page: Page, name: string) => button(page, name).and(page.locator('[aria-disabled="false"]'));

/** The incident as it is once this was done, as the service would tell every page. */
function becomes(changes: Parameters<typeof openIncident>[0]): void {
  service.fleet = { ...service.fleet, incidents: [openIncident(changes), resolvedIncident()] };
}

describe("acting on an incident", () => {
  test("takes one press to acknowledge, and the page follows", async (context) => {
    const page = await open(context, OPEN);
    await page.getByText("nobody yet").first().waitFor();
    becomes({
      status: "acknowledged",
      moves: ["mitigate", "unacknowledge", "resolve"],
      acknowledgedAt: new Date().toISOString(),
    });
    await button(page, "Acknowledge").click();
    await page.getByText("Acknowledged.", { exact: true }).waitFor();
    await page.locator(".page-title .status", { hasText: "acknowledged" }).waitFor();
    expect(service.written).toEqual([
      { path: `${OPEN}/acknowledge`, key: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown, body: {} },
    ]);
    await button(page, "Acknowledge").and(page.locator(":focus")).waitFor();
  });

  test.for([
    [
      "Escalate",
      "escalate",
      { "Whom or what you need": "a database administrator" },
      { reason: "a database administrator" },
    ],
    ["Note", "note", { "What to note": "The bank is fine." }, { text: "The bank is fine." }],
    [
      "Severity",
      "change-severity",
      { Severity: "SEV2", Why: "fewer users" },
      { severity: "SEV2", reason: "fewer users" },
    ],
    [
      "Update",
      "update-status",
      { For: "public", "What to tell": "We are on it." },
      { audience: "public", text: "We are on it." },
    ],
  ] as const)("takes one press and one form: %s", async ([name, verb, fields, body], context) => {
    const page = await open(context, OPEN);
    await button(page, name).click();
    const form = page.getByRole("form", { name, exact: true });
    await fillIn(form, fields);
    await form.getByRole("button", { name, exact: true }).click();
    await form.waitFor({ state: "detached" });
    expect(service.written.map(({ body: sent, path }) => [path, sent])).toEqual([[`${OPEN}/${verb}`, body]]);
  });

  test("goes on by keyboard alone: into the form, out of it, and back to the button", async (context) => {
    const page = await open(context, OPEN);
    const field = page.getByLabel("What to note").and(page.locator(":focus"));
    await ready(page, "Note").focus();
    await page.keyboard.press("Enter");
    await field.waitFor();
    await page.keyboard.type("seen");
    await page.keyboard.press("Escape");
    await button(page, "Note").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await field.waitFor();
    await page.keyboard.type("seen again");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Noted.", { exact: true }).waitFor();
    expect(service.written.map(({ body }) => body)).toEqual([{ text: "seen again" }]);
  });

  test("is refused in words, and what was written in the form stays", async (context) => {
    service.instead.set(`POST ${OPEN}/note`, {
      status: 409,
      body: { code: "move-not-allowed", message: "It is closed by now." },
    });
    const page = await open(context, OPEN);
    await button(page, "Note").click();
    await page.getByLabel("What to note").fill("late");
    await page.getByRole("form").getByRole("button", { name: "Note" }).click();
    await page.getByText("It is closed by now.").waitFor();
    expect(await page.getByLabel("What to note").inputValue()).toBe("late");
  });

  test("after no answer is the same request when it is repeated", async (context) => {
    const page = await open(context, OPEN);
    await page.route(`**${OPEN}/note`, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await button(page, "Note").click();
    await page.getByLabel("What to note").fill("once");
    const send = page.getByRole("form").getByRole("button", { name: "Note" });
    await send.click();
    await page.getByText("it is not known whether this was written").waitFor();
    await page.unroute(`**${OPEN}/note`);
    await send.click();
    await page.getByText("Noted.", { exact: true }).waitFor();
    expect(new Set(service.written.map(({ key }) => key)).size).toBe(1);
    expect(service.written).toHaveLength(2);
  });

  test("says why not where the lifecycle forbids it, and sends nothing", async (context) => {
    const page = await open(context, OPEN);
    const resolve = button(page, "Resolve").and(page.locator('[title="Acknowledge it first."]'));
    await resolve.waitFor();
    expect(await resolve.getAttribute("aria-disabled")).toBe("true");
    await resolve.click({ force: true });
    await page.getByRole("status").filter({ hasText: "Acknowledge it first." }).waitFor();
    expect(service.written).toEqual([]);
  });

  test("needs somebody who may", async (context) => {
    signIn("viewer");
    const page = await open(context, OPEN);
    await page.getByText("This needs the role responder, and ana is viewer.").first().waitFor();
    service.instead.set("/session", { status: 200, body: { state: "signed-out", readsOpen: true, hasUsers: true } });
    await page.reload();
    await page.getByText("Sign in to act.").first().waitFor();
    await button(page, "Acknowledge").click({ force: true });
    expect(service.written).toEqual([]);
  });
});

describe("an incident's page", () => {
  test("shows who was called, who is next, roles, cost, relations, and what is breached", async (context) => {
    const page = await open(context, OPEN);
    await page.getByRole("heading", { name: "Postmortem" }).waitFor();
    const main = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
    for (const words of [
      "SEV1: acknowledge due",
      "step 2: ben, cleo by phone",
      "Next dora",
      "commander ben, since",
      "Cost: 20 min of people's time (ben 12 min, ana 8 min)",
      "change deploy-7: began right after it",
      "(75 %): payments-availability: SEV2",
      "P0 Test the rollback overdue by 1 d",
    ]) {
      expect(main).toContain(words);
    }
    await shot(page, "incident-open");
    expect(await page.locator(".targets .badge").allInnerTexts()).toEqual(["Breached", "Met", "Waiting"]);
  });

  test("has a section of its postmortem written in place, at the version that was seen", async (context) => {
    const page = await open(context, RESOLVED);
    await button(page, "Edit Why").click();
    const field = page.getByLabel("Why, in Markdown");
    await shot(page, "incident-resolved");
    expect(await field.inputValue()).toBe("A **missing** test. <b>");
    service.instead.set(`POST ${RESOLVED}/edit-postmortem`, {
      status: 409,
      body: { code: "version-mismatch", message: "It is at version 4, not 3." },
    });
    await field.fill("Another cause.");
    service.fleet = { ...service.fleet, incidents: [{ ...resolvedIncident(), version: 4 }] };
    await button(page, "Save").click();
    await page.getByText("It has changed since you began.").waitFor();
    expect(await field.inputValue()).toBe("Another cause.");
    service.instead.delete(`POST ${RESOLVED}/edit-postmortem`);
    await button(page, "Save").click();
    await field.waitFor({ state: "detached" });
    expect(service.written.map(({ body }) => (body as { expectedVersion: number }).expectedVersion)).toEqual([3, 4]);
    await button(page, "Restore Why").click();
    await eventually(() => service.written.at(-1)?.path).toBe(`${RESOLVED}/restore-postmortem`);
  });

  test("lets an approver approve, and a responder ask for a review", async (context) => {
    const page = await open(context, RESOLVED);
    await button(page, "Ask for a review").click();
    await eventually(() => service.written.at(-1)?.body).toEqual({ status: "in-review" });
    expect(await button(page, "Approve").getAttribute("title")).toBe(
      "This needs the role approver, and ana is responder.",
    );
  });
});

describe("the incidents", () => {
  test("are filtered by an address that can be sent", async (context) => {
    const page = await open(context, "/incidents");
    await page.getByLabel("severity").selectOption("SEV2");
    await page.getByRole("list", { name: "Incidents found" }).waitFor();
    await shot(page, "incidents-found");
    expect(page.url()).toBe(`${service.url}/incidents?severity=SEV2`);
    expect(await page.locator(".incident-row .row-link").allInnerTexts()).toEqual([resolvedIncident().title]);
    await page.reload();
    await page.getByRole("list", { name: "Incidents found" }).waitFor();
    expect(service.asked).toContain("/api/v1/incidents?limit=200&severity=SEV2");
  });

  test("are declared from the page, which goes to the new one", async (context) => {
    service.instead.set("POST /incidents", { status: 201, body: { id: INCIDENT_ID } });
    const page = await open(context, "/incidents");
    await button(page, "Declare an incident").click();
    await page.getByLabel("What is wrong").fill("Nobody can pay");
    await page.getByRole("form").getByLabel("Service").selectOption("payments");
    await button(page, "Declare").click();
    await page.waitForURL(`**${OPEN}`);
    expect(service.written[0]).toMatchObject({
      path: "/incidents",
      body: { title: "Nobody can pay", service: "payments", severity: "SEV3" },
    });
  });
});

describe.for([
  ["with a form open", OPEN, "Severity"],
  ["with a section being edited", RESOLVED, "Edit Why"],
  ["with one being declared", "/incidents", "Declare an incident"],
] as const)("%s", ([, path, name]) => {
  test("has no accessibility violation, in light or dark, and fits a phone", async (context) => {
    const page = await open(context, path);
    await button(page, name).click();
    await page.getByRole("form").waitFor();
    await expectReadable(page, `incident-${name}`);
  });
});
