import type { Page } from "playwright-core";
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

async function open(context: TestContext, path: string): Promise<Page> {
  const page = await browser.page(context);
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

describe("what is known of an incident", () => {
  test("has why it paged, rule by rule, and what came later where somebody asks", async (context) => {
    const page = await open(context, OPEN);
    const why = page.getByRole("region", { name: "Why it paged" });
    await why.getByText("page-1h fires: 402x over 1 h").first().waitFor();
    // As text: what is in it is no markup.
    await why.getByText("opens: <b>no</b> incident had its key").waitFor();
    await why.getByText("the route {} took it for incidents").waitFor();
    expect(await why.getByText("escalated").isVisible()).toBe(false);
    await why.getByText("What came later").click();
    await why.getByText("escalated").waitFor();
  });

  test("has where its alerts came from, and what the engine decided, where no alert of its own opened it", async (context) => {
    const explain = (explained: object) =>
      service.instead.set(`/incidents/${INCIDENT_ID}/explain`, {
        status: 200,
        body: { id: INCIDENT_ID, traces: [], routing: [], ...explained },
      });
    const at = new Date().toISOString();
    const cameFrom = [{ incidentId: "INC-002", at, keys: ["external/am/f1"] }];
    const automaticRuns = [{ at, words: "The engine started no runbook: a person declared it." }];
    explain({ cameFrom, automaticRuns });
    const page = await open(context, OPEN);
    const why = page.getByRole("region", { name: "Why it paged" });
    await why.getByText("external/am/f1 came from INC-002, whose page says why it paged.").waitFor();
    await why.getByText("The engine started no runbook").waitFor();
    expect(await why.getByRole("link", { name: "INC-002" }).getAttribute("href")).toBe("/incidents/INC-002");
    expect(await why.getByText("No alert is behind it").count()).toBe(0);
    await expectReadable(page, "incident-moved-alerts");

    explain({});
    await page.reload();
    await why.getByText("No alert is behind it: a person declared it.").waitFor();
  });

  test("has what was seen in an item of evidence, read once somebody opens it, as plain text", async (context) => {
    const page = await open(context, OPEN);
    const asked = () => service.asked.filter((path) => path.includes("/evidence/"));
    expect(asked()).toEqual([]);
    await page.getByText("What was seen", { exact: true }).click();
    const seen = page.getByRole("region", { name: /^What was seen: 402x/u });
    await seen.getByText('"note": "<img src=x onerror=alert(1)>"').waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(asked()).toEqual([`/api/v1${OPEN}/evidence/${openIncident().evidence[0]?.hash}`]);
    await expectReadable(page, "what was seen in an item of evidence");
  });
});

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
    // Its button is gone: whoever came by keyboard is where it is said, and not at the top of the page.
    await page.getByRole("status").and(page.locator(":focus")).filter({ hasText: "Acknowledged." }).waitFor();
    expect(await page.getByRole("group", { name: "The next step" }).innerText()).toBe("Mitigate");
    expect(await button(page, "Acknowledge").count()).toBe(0);
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
      "More/Severity",
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
    [
      "More/Call nobody for a time",
      "pause",
      { "For how long, from now": "1 hour", Why: "the team is in the call" },
      { until: expect.stringMatching(/^\d{4}-.+Z$/) as unknown, reason: "the team is in the call" },
    ],
    [
      "More/Add evidence",
      "attach-evidence",
      {
        Kind: "traces",
        "Who or what saw it": "ana",
        "What it shows, in one line": "The pool is full",
        "What was seen, as it was": "pool: 0 of 40 free",
        "From (UTC)": "2026-11-21T02:00",
        "To (UTC)": "2026-11-21T03:00",
      },
      {
        kind: "traces",
        source: "ana",
        summary: "The pool is full",
        data: "pool: 0 of 40 free",
        from: "2026-11-21T02:00:00.000Z",
        to: "2026-11-21T03:00:00.000Z",
      },
    ],
  ] as const)("takes one press and one form: %s", async ([path, verb, fields, body], context) => {
    const page = await open(context, OPEN);
    for (const one of path.split("/")) await button(page, one).click();
    const name = path.split("/").at(-1) ?? "";
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

  test("offers what the lifecycle allows, and nothing else; the rest is behind one button", async (context) => {
    becomes({ status: "mitigated", moves: ["resolve", "recover", "reopen", "merge"] });
    const page = await open(context, OPEN);
    const names = (group: string) => page.getByRole("group", { name: group }).getByRole("button").allInnerTexts();
    await ready(page, "Resolve").waitFor();
    expect(await names("The next step")).toEqual(["Resolve"]);
    expect(await names("At any time")).toEqual(["Escalate", "Update", "Note"]);
    expect(await names("How it stands")).toEqual([]);
    await button(page, "More").click();
    expect(await names("How it stands")).toEqual(["Severity", "Reopen"]);
    expect(await names("Who is called")).toEqual(["Call nobody for a time"]);
    expect(await names("What is known")).toEqual(["Add evidence", "Split"]);
    await page.keyboard.press("Escape");
    await button(page, "More").and(page.locator('[aria-expanded="false"]:focus')).waitFor();
    await page.goto(service.url + RESOLVED);
    await page.getByText("It is closed, which is final.", { exact: true }).first().waitFor();
    expect(await button(page, "More").count()).toBe(0);
  });

  test("asks which alerts go with a split; a change meanwhile is said in words, with the way out", async (context) => {
    const alerts = [
      { key: "payments-availability/burn", status: "firing" },
      { key: "am/1", status: "firing", from: "INC-007" },
      { key: "am/2", status: "firing", from: "INC-007" },
    ];
    becomes({ alerts });
    service.instead.set(`POST ${OPEN}/split`, {
      status: 409,
      body: { code: "version-mismatch", message: "It is at version 4, not 3." },
    });
    const page = await open(context, OPEN);
    await ready(page, "More").or(button(page, "More")).click();
    await button(page, "Split").click();
    const form = page.getByRole("form", { name: "Split", exact: true });
    expect(await form.getByRole("checkbox").count()).toBe(2);
    await fillIn(form, { "What the other incident is about": "Cards only", Why: "another cause" });
    await form.getByLabel("am/2").check();
    await shot(page, "incident-split");
    becomes({ alerts, version: 4 });
    await form.getByRole("button", { name: "Split" }).click();
    await form.getByText("It has changed since you began.").waitFor();
    expect(await form.getByLabel("am/2").isChecked()).toBe(true);
    service.instead.delete(`POST ${OPEN}/split`);
    await form.getByRole("button", { name: "Split" }).click();
    await page.getByText("It is split: the new incident is among those that belong to this one.").waitFor();
    await button(page, "More").and(page.locator(":focus")).waitFor();
    const split = { title: "Cards only", severity: "SEV1", keys: ["am/2"], reason: "another cause" };
    expect(service.written.map(({ body }) => body)).toEqual([
      { ...split, expectedVersion: 3 },
      { ...split, expectedVersion: 4 },
    ]);
  });

  test("asks whoever acknowledged before all else whether they are still on it", async (context) => {
    const moves = ["mitigate", "unacknowledge", "resolve", "recover", "merge"];
    const { escalation } = openIncident();
    if (escalation === undefined) return;
    const due = new Date().toISOString();
    const acknowledged = { by: "ana", at: due, saidAt: due };
    becomes({
      status: "acknowledged",
      moves,
      escalation: { ...escalation, status: "acknowledged", acknowledged, waits: { kind: "no-answer", due } },
    });
    const page = await open(context, OPEN);
    await page.getByRole("group", { name: "The next step" }).getByRole("button", { name: "Still on it" }).click();
    await page.getByText("It is known that somebody is still on it.").waitFor();
    expect(service.written.map(({ path, body }) => [path, body])).toEqual([[`${OPEN}/confirm`, {}]]);
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

describe("messages that were not delivered", () => {
  const about = {
    state: "dead",
    urgency: "page",
    title: "INC SEV1: 402x burn",
    requestedAt: "2026-11-21T03:00:00.000Z",
    givenUpAt: "2026-11-21T03:01:00.000Z",
  } as const;
  const undelivered = [
    {
      ...about,
      id: `page/${INCIDENT_ID}/1/1/1/dora/sms:%2B49`,
      notifier: "sms",
      incidentId: INCIDENT_ID,
      person: "dora",
      attempts: 1,
      lastReason: "no such number",
    },
    {
      ...about,
      id: "report/1",
      notifier: "chat",
      urgency: "info",
      title: "The week",
      attempts: 30,
      lastReason: "busy",
    },
  ];
  const give = (deliveries: readonly object[]) =>
    void service.instead.set("/deliveries", { status: 200, body: { deliveries } });

  test("are said on every page, with the way to see for whom and why, and are sent again there", async (context) => {
    give(undelivered);
    service.instead.set("/on-call", { status: 200, body: { at: new Date().toISOString(), schedules: [] } });
    const retry = `POST /deliveries/${encodeURIComponent(undelivered[0]?.id ?? "")}/retry`;
    service.instead.set(retry, {
      status: 409,
      body: { code: "already-retried", message: "It was tried once more already." },
    });
    const page = await open(context, "/");
    await page.getByText("1 page and 1 message were not delivered.").waitFor();
    await page.getByRole("link", { name: "See for whom and why, and send again" }).click();
    const rows = page.getByRole("list", { name: "Not delivered" }).getByRole("listitem");
    await eventually(() => rows.count()).toBe(2);
    expect(await rows.nth(0).innerText()).toMatch(/dora by sms: no such number\s+inc-01JD8F0Q7X · .+ after 1 attempt/);
    expect(await rows.nth(1).innerText()).toMatch(
      /whoever reads chat: busy\s+The week · given up .+ after 30 attempts/,
    );
    await expectReadable(page, "undelivered");
    const again = rows.nth(0).getByRole("button").and(page.locator('[aria-disabled="false"]'));
    await again.click();
    await rows.nth(0).getByText("It was tried once more already.").waitFor();
    service.instead.set(retry, { status: 202, body: { id: "again" } });
    give(undelivered.slice(1));
    await again.click();
    await page.getByText("It is sent again to dora by sms.").waitFor();
    await eventually(() => rows.count()).toBe(1);
    await page.getByText("1 message was not delivered.").waitFor();
    expect(service.written.map(({ path }) => `POST ${path}`)).toEqual([retry, retry]);
  });

  test("stand with the incident that they are about, and are sent again by nobody who only reads", async (context) => {
    give(undelivered);
    signIn("viewer");
    const page = await open(context, OPEN);
    const row = page.getByRole("list", { name: "Not delivered" }).getByRole("listitem");
    expect(await row.allInnerTexts()).toEqual([expect.stringContaining("dora by sms: no such number")]);
    await row.getByRole("button").click({ force: true });
    await page.getByText("This needs the role responder, and ana is viewer.").first().waitFor();
    expect(service.written).toEqual([]);
  });
});

describe.for([
  ["with a form open", OPEN, "More/Split"],
  ["with more to choose from", OPEN, "More"],
  ["with a section being edited", RESOLVED, "Edit Why"],
  ["with one being declared", "/incidents", "Declare an incident"],
] as const)("%s", ([, path, name]) => {
  test("has no accessibility violation, in light or dark, and fits a phone", async (context) => {
    const page = await open(context, path);
    for (const one of name.split("/")) await button(page, one).click();
    await page.getByRole("form").or(page.locator(".actions-panel:not([hidden])")).first().waitFor();
    await expectReadable(page, `incident-${name.replace("/", "-")}`);
  });
});
