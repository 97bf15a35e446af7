import { parseConfig } from "@plimsoll/config";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStoredApi, serviceRegistry, type StoredApi } from "./index.js";

let folder: string;
let api: StoredApi;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-stored-"));
  const parsed = parseConfig([{ name: join(folder, "plimsoll.yaml"), text: "{ version: 1, storage: data }" }], {
    ...serviceRegistry,
    readSecret: () => ({ ok: false, error: "none" }) as never,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  api = await openStoredApi(parsed.value);
}, 60_000);
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true, force: true });
});

it("shows who can open the storage what only admins see, without a service and without a token", async () => {
  expect(await api.get("/api/v1/audit/verify")).toEqual({ status: 200, body: '{"kind":"intact","entries":0}' });
  expect(await api.get("/api/v1/audit")).toEqual({ status: 200, body: '{"entries":[]}' });
  expect(await api.get("/api/v1/users")).toEqual({ status: 200, body: '{"users":[]}' });
  expect(await api.get("/api/v1/tokens")).toEqual({ status: 200, body: '{"tokens":[]}' });
});
