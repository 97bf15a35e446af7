import { evidenceDetailSchema, type EvidenceBody, type EvidenceDetail } from "@plimsoll/service/api";
import { describe, expect, it } from "vitest";
import { run } from "../run.js";
import { answeringService } from "../testing/answering-service.js";
import { incident, incidents } from "../testing/answers.js";
import { createFakeIo } from "../testing/fake-io.js";

const item = (id: string, hash: string): EvidenceBody => ({
  id,
  kind: "logs",
  source: "ann",
  from: "2026-11-21T01:00:00.000Z",
  to: "2026-11-21T01:30:00.000Z",
  hash,
  summary: "time|outs",
});
const LONG = `${"x".repeat(200)}/evaluation`;
const evidence = [
  item("alert/a@1/logs", "aaaa1111".padEnd(64, "0")),
  item("alert/a@2/logs", "aaaa2222".padEnd(64, "0")),
  item(LONG, "bbbb".padEnd(64, "0")),
  item(".", "eeee".padEnd(64, "0")),
  item("..", "ffff".padEnd(64, "0")),
  item("...", "9999".padEnd(64, "0")),
  item("same", "cccc".padEnd(64, "0")),
  item("same again", "cccc".padEnd(64, "0")),
  item("cccc".padEnd(64, "0"), "dddd".padEnd(64, "0")),
];
let seen: unknown = { status: "\u001b[2J", labels: { a: "1" } };

const service = answeringService((_method, url) => {
  if (url.startsWith("/api/v1/incidents?")) return { body: incidents };
  if (url === "/api/v1/incidents/INC-001") return { body: { ...incident, evidence } };
  const named = decodeURIComponent(url.slice("/api/v1/incidents/INC-001/evidence/".length));
  const found = evidence.find(({ hash }) => hash === named) ?? evidence.find(({ id }) => id === named);
  const body: EvidenceDetail = { ...(found as EvidenceBody), incidentId: "INC-001", data: seen };
  return { body };
});
const plimsoll = async (...words: readonly string[]) => {
  const io = createFakeIo({ env: { PLIMSOLL_TOKEN: "sesame" } });
  const code = await run(["incident", "evidence", "INC-001", ...words, "--address", service.address()], io);
  return { code, ...io.written };
};
const asked = () => decodeURIComponent(service.asked.at(-1)?.split("/").at(-1) ?? "");

describe("plimsoll incident evidence", () => {
  it("lists what there is, in each form", async () => {
    const { code, err, out } = await plimsoll();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^aaaa11110000 +logs +ann +2026-11-21 01:30:00 +time\|outs +alert\/a@1\/logs$/mu);
    expect(out).toContain("\nWhat was seen: plimsoll incident evidence INC-001 <hash>\n");
    expect((await plimsoll("-o", "markdown")).out).toContain("| aaaa11110000 | logs | ann |");
    expect(JSON.parse((await plimsoll("-o", "json")).out)).toEqual({ evidence });
  });

  it.each([
    ["its id", "alert/a@1/logs", "alert/a@1/logs"],
    ["its hash", "aaaa2222".padEnd(64, "0"), "alert/a@2/logs"],
    ["the beginning of its hash", "aaaa2", "alert/a@2/logs"],
    ["the beginning of a hash that several items of the same data have", "cccc00", "same"],
    ["an id that no address has room for", LONG, "bbbb".padEnd(64, "0")],
    ["an id that is a step of an address", ".", "eeee".padEnd(64, "0")],
    ["an id that is a step back in an address", "..", "ffff".padEnd(64, "0")],
    ["an id of more dots than that", "...", "..."],
    ["an id that is the hash of another", "dddd", "dddd".padEnd(64, "0")],
  ])("shows one by %s", async (_name, named, address) => {
    const { code, out } = await plimsoll(named);
    expect([code, asked().slice(-address.length)]).toEqual([0, address]);
    expect(out).toContain("tells of 2026-11-21 01:00:00 to 2026-11-21 01:30:00 UTC");
  });

  it("shows what was seen as JSON that steers no terminal, and gives the API's own body where that is asked for", async () => {
    const { out } = await plimsoll("aaaa1");
    expect(out.split("\n").slice(-8)).toEqual([
      "",
      "{",
      String.raw`  "status": "\u001b[2J",`,
      '  "labels": {',
      '    "a": "1"',
      "  }",
      "}",
      "",
    ]);
    const json = evidenceDetailSchema.parse(JSON.parse((await plimsoll("aaaa1", "-o", "json")).out));
    expect(json).toMatchObject({ data: seen });
  });

  it("shows text in its lines, which in Markdown stay a block of code", async () => {
    seen = "one\u001b[31m\n```\n# two";
    expect((await plimsoll("aaaa1")).out).toMatch(/\none \[31m\n```\n# two\n$/u);
    expect((await plimsoll("aaaa1", "-o", "markdown")).out).toMatch(/\n\n {4}one \[31m\n {4}```\n {4}# two\n$/u);
  });

  it.each([
    ["zz", 'INC-001 has no evidence "zz". See which it has with: plimsoll incident evidence INC-001'],
    ["", 'INC-001 has no evidence "".'],
    ["aaaa", 'INC-001 has several items whose hash begins with "aaaa": aaaa11110000, aaaa22220000.'],
  ])("refuses %j", async (named, words) => {
    const { code, err } = await plimsoll(named);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});
