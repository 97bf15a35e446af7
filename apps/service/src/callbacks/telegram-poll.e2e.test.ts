import { createSecretReader, parseConfig, type PlimsollConfig } from "@plimsoll/config";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findLocalService, serviceRegistry, startService, type RunningService } from "../index.js";
import { startTelegramServer, type TelegramServer } from "./telegram-server.fixture.js";

const BOT_TOKEN = "123456789:AAsecretsecretsecret";
let folder: string;
let telegram: TelegramServer;
let config: PlimsollConfig;
let service: RunningService;
const log: string[] = [];
const logTo = new Writable({
  write(chunk: Buffer, _encoding, done) {
    log.push(chunk.toString());
    done();
  },
});

const configText = () => `
version: 1
storage: ${folder}/data
http: { port: 0 }
sources: { files: { type: snapshot, path: ${folder}/snapshots } }
services: { nas: {} }
slos: { nas: { service: nas, target: 99%, window: 30d, sli: { kind: events, source: files, query: { service: nas } } } }
notifiers:
  phone:
    type: telegram
    botToken: "\${env:BOT_TOKEN}"
    chatId: 4711
    apiUrl: ${telegram.url}
    buttons: poll
notify: { incidents: [phone] }
people: { ada: { zone: UTC, contacts: [{ notifier: phone, address: "4711" }] } }
`;
const start = () => startService(config, { stateDirectory: folder, version: "0.0.0-test", logTo });

async function api(path: string, body?: object): Promise<unknown> {
  const local = await findLocalService(folder);
  const headers = { "content-type": "application/json", authorization: `Bearer ${local?.token}` };
  const answer = await fetch(`${service.address}/api/v1${path}`, {
    headers,
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return answer.json();
}
const declare = (title: string) => api("/incidents", { title, severity: "SEV1", service: "nas" });
const statusOf = async (id: string) => (await api(`/incidents/${id}`)) as { readonly status: string };

/** The data of a button that came with the message about an incident. */
async function buttonOf(id: string, mark: string): Promise<string> {
  const found = () =>
    telegram.calls
      .filter(({ method }) => method === "sendMessage")
      .flatMap(({ parameters }) => [...JSON.stringify(parameters).matchAll(/"callback_data":"([^"]+)"/gu)])
      .map(([, data = ""]) => data)
      .find((data) => data.startsWith(`${mark}:${id}.`));
  await telegram.until(() => found() !== undefined);
  return found() ?? "";
}
const told = (count: number) =>
  telegram.until((calls) => calls.filter(({ method }) => method === "answerCallbackQuery").length === count);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-poll-"));
  telegram = await startTelegramServer();
  const parsed = parseConfig([{ name: join(folder, "plimsoll.yaml"), text: configText() }], {
    ...serviceRegistry,
    readSecret: createSecretReader({ BOT_TOKEN }),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, undefined, 2));
  config = parsed.value;
  // Not there at first: the service starts all the same, and asks again.
  telegram.refuse("getUpdates", "drop");
  service = await start();
});

afterAll(async () => {
  await service.stop();
  await telegram.close();
  await rm(folder, { recursive: true, force: true });
});

it("carries out what is pressed without an address of its own, also what was pressed while it was down", async () => {
  await telegram.until((calls) => calls.some(({ method }) => method === "getUpdates"));
  telegram.refuse("getUpdates");
  await declare("The disk is full");
  telegram.press(await buttonOf("INC-001", "a"));
  await told(1);
  expect(await statusOf("INC-001")).toMatchObject({ status: "acknowledged" });
  const resolve = await buttonOf("INC-001", "r");

  await telegram.until(() => telegram.waiting === 1);
  await service.stop();
  await telegram.until(() => telegram.waiting === 0);
  telegram.press(resolve);
  service = await start();
  await told(2);
  expect(await statusOf("INC-001")).toMatchObject({ status: "resolved" });
  const words = telegram.calls
    .filter(({ method }) => method === "answerCallbackQuery")
    .map(({ parameters }) => parameters["text"]);
  expect(words).toEqual(["INC-001: acknowledged by ada.", "INC-001: resolved by ada."]);
  expect(log.join("")).not.toContain("AAsecret");
});
