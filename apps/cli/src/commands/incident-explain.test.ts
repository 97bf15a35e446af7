import type { AlertExplanationBody } from "@plimsoll/service/api";
import { describe, expect, it } from "vitest";
import { run } from "../run.js";
import { answeringService } from "../testing/answering-service.js";
import { createFakeIo } from "../testing/fake-io.js";

const quiet: AlertExplanationBody = {
  key: "am/f1",
  source: "am",
  fingerprint: "f1",
  labels: { alertname: "Disk", note: "a\u001b[2Jb|" },
  annotations: {},
  startsAt: "2026-11-21T01:00:00.000Z",
  endsAt: "2026-11-21T02:00:00.000Z",
  firing: false,
  told: [],
  met: ["2026-11-21T01:00:00.000Z silenced until 2026-11-21T11:00:00.000Z by ana: The disk. (silence s1)"],
  routes: [],
};
const loud = { ...quiet, key: "am/f2", firing: true, told: ["ops", "pager"], incidentId: "INC-007" };

/** As long as a key may be: with anything before it no address has room for it. */
const LONG = `am/${"f".repeat(256)}`;
/** Over since, with the incident that it opened. */
const morningAfter = { ...loud, key: "am/f3", firing: false };

const service = answeringService((_method, url) => {
  if (url === "/api/v1/alerts/am%2Ff1/explain") return { body: quiet };
  if (url === "/api/v1/alerts/am%2Ff2/explain") return { body: loud };
  if (url === "/api/v1/alerts/external%2Ff1/explain") return { body: { ...loud, key: "external/f1" } };
  if (url === `/api/v1/alerts/${encodeURIComponent(LONG)}/explain`) return { body: loud };
  if (url.length > LONG.length + 40) return { status: 414, body: { code: "too-long", message: "no" } };
  if (url === "/api/v1/alerts/am%2Ff3/explain") return { body: morningAfter };
  if (url === "/api/v1/alerts?state=over") return { body: { total: 1, alerts: [morningAfter] } };
  if (url === "/api/v1/alerts?state=over&filter=a%3Db") return { body: { total: 0, alerts: [] } };
  if (url.startsWith("/api/v1/alerts?")) return { body: { total: 3, alerts: [loud, quiet] } };
  return { status: 404, body: { code: "not-found", message: "no" } };
});
const plimsoll = async (...words: readonly string[]) => {
  const io = createFakeIo({ env: { PLIMSOLL_TOKEN: "sesame" } });
  const code = await run(["incident", ...words, "--address", service.address()], io);
  return { code, ...io.written };
};

describe("plimsoll incident alerts", () => {
  it("lists what fires and what is over, with whom each told", async () => {
    const { code, out } = await plimsoll("alerts");
    expect([code, service.asked]).toEqual([0, ["GET /api/v1/alerts?state=all"]]);
    expect(out).toMatch(/^am\/f2 +firing +2026-11-21 01:00:00 +- +ops, pager +INC-007 +\{alertname="Disk"/mu);
    expect(out).toMatch(/^am\/f1 +over +2026-11-21 01:00:00 +2026-11-21 02:00:00 +nobody +- +\{/mu);
    expect(out).toContain("and 1 more; see --limit\n\nWhy, or why not: plimsoll incident explain <key>\n");
    expect((await plimsoll("alerts", "-o", "markdown")).out).toContain("| am/f1 | over |");
  });

  it("names the incident of one that is over", async () => {
    const { out } = await plimsoll("alerts", "--status", "over");
    expect(out).toMatch(/^am\/f3 +over +2026-11-21 01:00:00 +2026-11-21 02:00:00 +ops, pager +INC-007 +\{/mu);
    expect((await plimsoll("explain", "am/f3")).out).toMatch(/^am\/f3 was over at .*\n.*\n {2}part of INC-007\n/u);
  });

  it("asks for what matches, and says where there is nothing", async () => {
    await plimsoll("alerts", "--matcher", "a=b", "--matcher", "c!=d", "--limit", "5", "--status", "firing");
    expect(service.asked).toEqual(["GET /api/v1/alerts?state=firing&filter=a%3Db&filter=c%21%3Dd&limit=5"]);
    expect((await plimsoll("alerts", "--status", "over", "--matcher", "a=b")).out).toBe(
      "There are no such alerts from elsewhere.\n",
    );
  });
});

describe("plimsoll incident explain with the key of an alert", () => {
  it("asks for the key as it was typed first, as a webhook may be named external", async () => {
    expect((await plimsoll("explain", "external/f1")).out).toMatch(/^external\/f1 fires/u);
    expect(service.asked).toEqual(["GET /api/v1/alerts/external%2Ff1/explain"]);
    expect((await plimsoll("explain", "external/external/f1")).out).toMatch(/^external\/f1 fires/u);
    expect((await plimsoll("explain", "external/none")).code).toBe(2);
    expect((await plimsoll("explain", `external/${LONG}`)).out).toContain("part of INC-007\n");
  });

  it.each(["am/f1", "external/am/f1"])("says of %s why nobody was told", async (key) => {
    const { code, out } = await plimsoll("explain", key);
    expect([code, out.split("\n")]).toEqual([
      0,
      [
        "am/f1 was over at 2026-11-21 02:00:00; nobody was told",
        expect.stringMatching(/^ {2}since 2026-11-21 01:00:00 UTC: \{alertname="Disk", note="a\\u001b\[2Jb\|"\}$/u),
        `  ${quiet.met[0]}`,
        "",
      ],
    ]);
  });

  it("says whom one that fires told, and what it is part of", async () => {
    const { out } = await plimsoll("explain", "am/f2", "-o", "markdown");
    expect(out).toMatch(/^## am\/f2 fires; told: ops, pager\n/u);
    expect(out).toContain("- part of INC-007\n");
    expect(JSON.parse((await plimsoll("explain", "am/f2", "-o", "json")).out)).toEqual(loud);
  });

  it.each([
    ["am/none", "See which there are with: plimsoll incident alerts"],
    ["checkout/burn", "That of an SLO is explained by: plimsoll slo explain checkout"],
  ])("says of %s what to do", async (key, hint) => {
    const { code, err } = await plimsoll("explain", key);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`There is no incident and no alert from elsewhere "${key}". ${hint}`),
    ]);
  });
});
