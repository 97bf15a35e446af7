import { AREAS, ROLES } from "@plimsoll/core";
import {
  auditPageSchema,
  issuedTokenSchema,
  repeatedTokenSchema,
  tokenListSchema,
  userListSchema,
} from "@plimsoll/service/api";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { COMMANDS } from "../command-line/command-table.js";
import { run } from "../run.js";
import { createFakeIo } from "../testing/fake-io.js";

const PASSWORD = "correct horse battery";
const ana = {
  name: "ana",
  role: "approver",
  disabled: false,
  version: 1,
  added: "2026-11-21T02:00:00.000Z",
  passwordSet: "2026-11-21T02:00:00.000Z",
} as const;
const token = {
  id: "01T",
  title: "alert|manager",
  owner: "ana",
  role: "responder",
  areas: ["alerts"],
  issued: "2026-11-21T02:00:00.000Z",
  expires: "2026-12-21T02:00:00.000Z",
  state: "good",
  version: 1,
};
const issued = { ...token, secret: "s3cret-s3cret" };
const repeated = { ...token, repeated: true, message: "Its secret was shown that *once*." };
const entry = {
  number: 1,
  at: "2026-11-21T02:00:00.000Z",
  actor: "ben\u001b[31m (token local)",
  action: "user.added",
  subject: "user/ana",
  details: {},
  previousHash: "0".repeat(64),
  hash: "1".repeat(64),
};

/** What the service answered when it was asked for real. */
let answers: Record<string, readonly [number, unknown]>;
let asked: { readonly request: string; readonly body: unknown; readonly key?: string }[];
let server: Server;
let address = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const name = `${request.method} ${request.url}`;
      const key = request.headers["idempotency-key"];
      const body = text === "" ? undefined : (JSON.parse(text) as unknown);
      asked.push({ request: name, body, ...(typeof key === "string" ? { key } : {}) });
      const [status, answer] = answers[name] ?? [404, { code: "not-found", message: "There is nothing there." }];
      response.writeHead(status).end(status === 204 ? "" : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  answers = {
    "GET /api/v1/users": [200, { users: [ana] }],
    "POST /api/v1/users": [201, ana],
    "POST /api/v1/users/ana/role": [200, { ...ana, role: "admin" }],
    "POST /api/v1/users/ana/disable": [200, { ...ana, disabled: true }],
    "POST /api/v1/users/ana/enable": [200, ana],
    "POST /api/v1/users/ana/password": [200, ana],
    "GET /api/v1/tokens": [200, { tokens: [token] }],
    "POST /api/v1/tokens": [201, issued],
    "DELETE /api/v1/tokens/01T": [204, undefined],
    "GET /api/v1/audit": [200, { entries: [entry], next: 1 }],
    "GET /api/v1/audit?after=1&limit=5": [200, { entries: [] }],
    "GET /api/v1/audit/verify": [200, { kind: "intact", entries: 12 }],
  };
});

type Given = { readonly secrets?: readonly string[]; readonly input?: string };
async function plimsoll(words: readonly string[], given: Given = {}) {
  const io = createFakeIo({ env: { USER: "ben" }, ...given });
  const code = await run([...words, "--address", address], io);
  return { code, ...io.written };
}

it("has recorded answers that the API's schemas accept, and knows every role and area", () => {
  userListSchema.parse({ users: [ana] });
  tokenListSchema.parse({ tokens: [token] });
  issuedTokenSchema.parse(issued);
  repeatedTokenSchema.parse(repeated);
  auditPageSchema.parse({ entries: [entry], next: 1 });
  const issue = COMMANDS.find(({ path }) => path.join(" ") === "token issue");
  const choices = (name: string) => issue?.options.find((option) => option.name === name)?.choices;
  expect([choices("role"), choices("area")]).toEqual([ROLES, AREAS]);
});

describe("users", () => {
  it("are listed in each form", async () => {
    expect((await plimsoll(["user", "list"])).out).toContain("ana   approver  enabled  2026-11-21T02:00:00.000Z");
    expect((await plimsoll(["user", "list", "-o", "markdown"])).out).toContain("| ana | approver | enabled |");
    expect(JSON.parse((await plimsoll(["user", "list", "-o", "json"])).out)).toEqual({ users: [ana] });
    answers["GET /api/v1/users"] = [200, { users: [] }];
    expect((await plimsoll(["user", "list"])).out).toContain("plimsoll user add <name> --role admin");
  });

  it("are added with a password that was typed twice, and unseen", async () => {
    const { code, err, out } = await plimsoll(["user", "add", "ana", "--role", "approver"], {
      secrets: [PASSWORD, PASSWORD],
    });
    expect({ code, err, out }).toEqual({
      code: 0,
      err: "",
      out: "ana is approver; the password is of 2026-11-21T02:00:00.000Z.\n",
    });
    const body = { name: "ana", role: "approver", password: PASSWORD, by: "ben" };
    expect(asked).toEqual([{ request: "POST /api/v1/users", body }]);
  });

  it("are added as viewers unless said, with the first line of standard input as the password", async () => {
    await plimsoll(["user", "add", "ana"], { input: `${PASSWORD}\r\nmore` });
    expect(asked[0]?.body).toMatchObject({ role: "viewer", password: PASSWORD });
  });

  it.each([
    [{ secrets: [PASSWORD, "another"] }, "The two passwords are not the same; nothing was written."],
    [{ input: "" }, "There is no password: type it when asked, or give it as a line on standard input."],
    [{}, "There is no password: type it when asked, or give it as a line on standard input."],
    [{ input: "x".repeat(1_001) }, "A password has 12 to 256 characters; this one has 1001."],
  ])("are not added with %j", async (given, message) => {
    expect(await plimsoll(["user", "add", "ana"], given)).toEqual({ code: 2, out: "", err: `plimsoll: ${message}\n` });
    expect(asked).toEqual([]);
  });

  it.each([
    [["add", "ana"], "POST /api/v1/users"],
    [["password", "ana"], "POST /api/v1/users/ana/password"],
    [["role", "ana", "admin"], "POST /api/v1/users/ana/role"],
    [["disable", "ana"], "POST /api/v1/users/ana/disable"],
    [["enable", "ana"], "POST /api/v1/users/ana/enable"],
  ])("that %j may be repeated under a key", async (words, request) => {
    expect((await plimsoll(["user", ...words, "--key", "key-1"], { input: PASSWORD })).code).toBe(0);
    expect(asked).toMatchObject([{ request, key: "key-1" }]);
    const bad = await plimsoll(["user", ...words, "--key", "two words"]);
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining("--key: give 1 to 128 visible ASCII") });
    expect(asked).toHaveLength(1);
  });

  it("take no password as an argument", async () => {
    expect((await plimsoll(["user", "add", "ana", PASSWORD])).code).toBe(2);
    expect((await plimsoll(["user", "add", "ana", "--password", PASSWORD])).code).toBe(2);
    expect(asked).toEqual([]);
  });

  it("change", async () => {
    expect((await plimsoll(["user", "role", "ana", "admin"])).out).toContain("ana is admin;");
    expect((await plimsoll(["user", "disable", "ana"])).out).toContain("ana is approver, and disabled;");
    expect((await plimsoll(["user", "enable", "ana"])).code).toBe(0);
    expect((await plimsoll(["user", "password", "ana"], { input: PASSWORD })).code).toBe(0);
    expect(asked.map(({ body, request }) => [request, body])).toEqual([
      ["POST /api/v1/users/ana/role", { role: "admin", by: "ben" }],
      ["POST /api/v1/users/ana/disable", { by: "ben" }],
      ["POST /api/v1/users/ana/enable", { by: "ben" }],
      ["POST /api/v1/users/ana/password", { password: PASSWORD, by: "ben" }],
    ]);
    expect((await plimsoll(["user", "role", "ana", "root"])).err).toContain(
      '<role>: "root" is none of viewer, responder, approver, admin.',
    );
  });

  it("that the service refuses to change are a finding, and unknown ones are wrong usage", async () => {
    answers["POST /api/v1/users/ana/disable"] = [409, { code: "last-admin", message: "ana is the only admin." }];
    expect(await plimsoll(["user", "disable", "ana"])).toEqual({
      code: 1,
      out: "",
      err: "plimsoll: ana is the only admin.\n",
    });
    expect((await plimsoll(["user", "disable", "../tokens/01T"])).code).toBe(2);
    expect(asked[1]?.request).toBe("POST /api/v1/users/..%2Ftokens%2F01T/disable");
  });
});

describe("tokens", () => {
  const words = ["token", "issue", "alertmanager", "--owner", "ana", "--role", "responder", "--area", "alerts"];

  it("are issued with their secret alone on standard output", async () => {
    const { code, err, out } = await plimsoll([...words, "--until", "2026-12-21T02:00:00Z"]);
    expect({ code, out }).toEqual({ code: 0, out: "s3cret-s3cret\n" });
    expect(err).toBe(
      "Token 01T (alert|manager) of ana is responder in alerts until 2026-12-21T02:00:00.000Z. Its secret is shown this once:\n",
    );
    expect(asked[0]?.body).toEqual({
      title: "alertmanager",
      owner: "ana",
      role: "responder",
      areas: ["alerts"],
      expires: "2026-12-21T02:00:00.000Z",
      by: "ben",
    });
    expect(asked[0]).not.toHaveProperty("key");
    const json = await plimsoll([...words, "--for", "30d", "-o", "json"]);
    expect([JSON.parse(json.out), json.err]).toEqual([issued, ""]);
    expect((await plimsoll([...words, "--for", "30d", "-o", "markdown"])).out).toContain("\n\n    s3cret-s3cret\n");
  });

  it("that were issued for the key before are a finding, with nothing where the secret would be", async () => {
    const keyed = [...words, "--until", "2026-12-21T02:00:00Z", "--key", "key-1"];
    expect(await plimsoll(keyed)).toMatchObject({ code: 0, out: "s3cret-s3cret\n" });
    answers["POST /api/v1/tokens"] = [200, repeated];
    expect(await plimsoll(keyed)).toEqual({ code: 1, out: "", err: "Its secret was shown that *once*.\n" });
    expect(await plimsoll([...keyed, "-o", "markdown"])).toEqual({
      code: 1,
      out: "Its secret was shown that \\*once\\*.\n",
      err: "",
    });
    const json = await plimsoll([...keyed, "-o", "json"]);
    expect([json.code, JSON.parse(json.out), json.err]).toEqual([1, repeated, ""]);
    expect(asked.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-1", "key-1"]);
  });

  it.each([
    [
      ["token", "issue", "x", "--owner", "ana", "--role", "viewer", "--for", "1d", "--key", "k"],
      "With --key give --until",
    ],
    [["token", "issue", "x", "--role", "viewer", "--for", "1d"], "--owner is missing"],
    [["token", "issue", "x", "--owner", "ana", "--for", "1d"], "--role is missing"],
    [["token", "issue", "x", "--owner", "ana", "--role", "viewer"], "Give either --for, such as 2h, or --until."],
  ])("are not issued by %j", async (given, message) => {
    const { code, err } = await plimsoll(given);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain(message);
  });

  it("are listed and revoked", async () => {
    expect((await plimsoll(["token", "list"])).out).toContain("01T  alert|manager  ana    responder  alerts  good");
    expect((await plimsoll(["token", "list", "-o", "markdown"])).out).toContain("| 01T | alert\\|manager | ana |");
    expect(await plimsoll(["token", "revoke", "01T"])).toEqual({ code: 0, out: "Token 01T is revoked.\n", err: "" });
    expect((await plimsoll(["token", "revoke", "01T", "-o", "json"])).out).toBe('{\n  "revoked": "01T"\n}\n');
    expect((await plimsoll(["token", "revoke", "01X"])).code).toBe(2);
    answers["GET /api/v1/tokens"] = [200, { tokens: [] }];
    expect((await plimsoll(["token", "list"])).out).toBe("No token was issued.\n");
  });
});

describe("the audit trail", () => {
  it("is listed, and can not steer a terminal", async () => {
    const { err, out } = await plimsoll(["audit", "list"]);
    expect(out).toContain("1  2026-11-21T02:00:00.000Z  ben [31m (token local)  user.added  user/ana");
    expect(err).toBe("There is more: plimsoll audit list --after 1\n");
    expect((await plimsoll(["audit", "list", "--after", "1", "--limit", "5"])).out).toBe("Nothing was decided.\n");
  });

  it("is whole, or a finding", async () => {
    expect(await plimsoll(["audit", "verify"])).toEqual({
      code: 0,
      out: "The audit trail is whole: 12 entries.\n",
      err: "",
    });
    const reason = "entry 3 was changed after it was written";
    answers["GET /api/v1/audit/verify"] = [200, { kind: "broken", atNumber: 3, reason }];
    expect(await plimsoll(["audit", "verify"])).toEqual({
      code: 1,
      out: `The audit trail is broken at entry 3: ${reason}.\n`,
      err: "",
    });
    expect(JSON.parse((await plimsoll(["audit", "verify", "-o", "json"])).out)).toMatchObject({ atNumber: 3 });
  });

  it("is not there for whoever may not read it", async () => {
    answers["GET /api/v1/audit"] = [401, { code: "no-token", message: "This needs somebody with the role admin." }];
    expect((await plimsoll(["audit", "list"])).code).toBe(3);
  });
});
