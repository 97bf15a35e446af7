import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { announceService, findLocalService, newToken, withdrawService } from "./local-state.js";

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-state-"));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Something that listens, and answers `/healthz` with this. */
async function listening(body: string): Promise<string> {
  server = createServer((request, response) => {
    expect(request.headers.authorization).toBeUndefined();
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const run = { token: "secret-of-this-run", instance: "this-run", pid: process.pid };

describe("the file that a service is found by", () => {
  it("is the owner's alone, in a folder that is the owner's alone", async () => {
    const state = join(folder, "new", "state");
    await announceService(state, { ...run, address: "http://127.0.0.1:4700" });
    expect((await stat(join(state, "service.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect(await readdir(state)).toEqual(["service.json"]);
  });

  it("leads to the service that runs", async () => {
    const service = { ...run, address: await listening(JSON.stringify({ status: "ok", instance: "this-run" })) };
    await announceService(folder, service);
    expect(await findLocalService(folder)).toEqual(service);
  });

  it("leads nowhere after a kill, when the process is gone", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", "0"]);
    await announceService(folder, { ...run, pid, address: await listening(JSON.stringify({ instance: "this-run" })) });
    expect(await findLocalService(folder)).toBeUndefined();
  });

  it("leads nowhere when another process has the number and nobody listens", async () => {
    await announceService(folder, { ...run, address: await listening("") });
    server?.close();
    await once(server as Server, "close");
    expect(await findLocalService(folder)).toBeUndefined();
  });

  it.each([
    ["another run", JSON.stringify({ status: "ok", instance: "another-run" })],
    ["another program", "<html>hello</html>"],
    ["a program that answers without end", "x".repeat(100_000)],
  ])("leads nowhere when the address is %s's now", async (_name, body) => {
    await announceService(folder, { ...run, address: await listening(body) });
    expect(await findLocalService(folder)).toBeUndefined();
  });

  it("leads to a service that is too busy to answer: it is not gone", async () => {
    server = createServer(() => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await announceService(folder, { ...run, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect(await findLocalService(folder)).toMatchObject({ instance: "this-run" });
  });

  it.each([
    ["is half written", '{"address":"http://127.0'],
    ["is empty", ""],
    ["is something else", "[]"],
    ["names a process group", JSON.stringify({ address: "http://127.0.0.1:1", token: "t", pid: -1 })],
    ["names another scheme", JSON.stringify({ address: "file:///etc/passwd", token: "t", pid: 1 })],
  ])("leads nowhere when it %s", async (_name, text) => {
    await writeFile(join(folder, "service.json"), text);
    expect(await findLocalService(folder)).toBeUndefined();
  });

  it("is taken away by its own service only", async () => {
    await announceService(folder, { ...run, address: "http://127.0.0.1:4700" });
    await withdrawService(folder, { token: "of-an-earlier-run" });
    expect(await readFile(join(folder, "service.json"), "utf8")).toContain("this-run");
    await withdrawService(folder, run);
    await withdrawService(folder, run);
    expect(await readdir(folder)).toEqual([]);
  });

  it("that can not be written is one clear line, and holds no token", async () => {
    // A file where the folder should be stands in for a missing right: the tests may run as root, who has all.
    const path = join(folder, "taken");
    await writeFile(path, "");
    await chmod(path, 0o400);
    const failed = announceService(join(path, "state"), { ...run, address: "http://127.0.0.1:4700" });
    await expect(failed).rejects.toMatchObject({
      code: "state-folder-not-writable",
      message: expect.stringMatching(/^The state folder .*--state\.$/u) as string,
    });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining(run.token) as string });
  });
});

it("makes a new token each time, long enough that nobody guesses it", () => {
  expect(newToken()).not.toBe(newToken());
  expect(Buffer.from(newToken(), "base64url")).toHaveLength(32);
});
