import { expect, test } from "vitest";
import { createCsrfSecret, type CsrfSecret } from "./csrf-secret.js";
import { record, text } from "./shape.js";
import { createWrite } from "./write.js";

type Sent = { readonly path: string; readonly init: RequestInit };

const secretOf = (secret: string | undefined): CsrfSecret => ({ read: () => secret, keep: () => undefined });

function writing(answer: () => Promise<Response>, ...secrets: readonly (string | undefined)[]) {
  const sent: Sent[] = [];
  const write = createWrite(secretOf(secrets.length === 0 ? "second" : secrets[0]), (path, init = {}) => {
    sent.push({ path: path as string, init });
    return answer();
  });
  return { sent, write };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Promise.resolve(new Response(JSON.stringify(body), { status }));

test("a write takes the session's second secret and its key along", async () => {
  const { sent, write } = writing(json({ id: "INC-001" }));
  const written = await write("POST", "/incidents/INC-001/note", { text: "x" }, { idempotencyKey: "k1" });
  expect(written).toEqual({ ok: true, value: { id: "INC-001" } });
  expect(sent[0]).toMatchObject({
    path: "/api/v1/incidents/INC-001/note",
    init: {
      method: "POST",
      body: '{"text":"x"}',
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "idempotency-key": "k1",
        "x-plimsoll-csrf": "second",
      },
    },
  });
});

test("an answer without a body has no value, and a request without one says so", async () => {
  const { sent, write } = writing(() => Promise.resolve(new Response(null, { status: 204 })), undefined);
  expect(await write("DELETE", "/overrides/1")).toEqual({ ok: true, value: undefined });
  expect(sent[0]?.init.headers).toEqual({ accept: "application/json" });
  expect(sent[0]?.init).not.toHaveProperty("body");
});

test("a refusal comes with the service's own words and code", async () => {
  const { write } = writing(json({ code: "wrong-role", message: "This needs approver." }, 403));
  expect(await write("POST", "/overrides", {})).toEqual({
    ok: false,
    failure: { kind: "refused", status: 403, code: "wrong-role", message: "This needs approver." },
  });
});

test("a service that is gone may have written all the same, and that is said", async () => {
  const gone = await writing(() => Promise.reject(new TypeError("Failed to fetch"))).write("POST", "/x", {});
  const proxied = await writing(() => Promise.resolve(new Response("<h1>", { status: 502 }))).write("POST", "/x", {});
  expect([gone, proxied].map((one) => (one.ok ? "" : one.failure.kind))).toEqual(["unreachable", "unreachable"]);
  expect(gone.ok ? "" : gone.failure.message).toContain("it is not known whether this was written");
});

test("an answer that does not fit is written, and the page says that it is", async () => {
  const { write } = writing(json({ id: 7 }));
  const written = await write("POST", "/x", {}, { check: record({ id: text }) });
  expect(written).toMatchObject({ ok: false, failure: { kind: "misfit" } });
});

test("the secret outlives the page, and is there without storage while the page is open", () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  createCsrfSecret(() => storage).keep("s");
  const later = createCsrfSecret(() => storage);
  expect(later.read()).toBe("s");
  later.keep(undefined);
  expect([later.read(), createCsrfSecret(() => storage).read()]).toEqual([undefined, undefined]);
  const without = createCsrfSecret(() => {
    throw new Error("denied");
  });
  without.keep("t");
  expect(without.read()).toBe("t");
});
