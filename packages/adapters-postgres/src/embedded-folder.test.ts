import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { collectPages } from "@plimsoll/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createPostgresStorage, type PostgresStorage } from "./postgres-storage.js";
import { lockFolder, unusableFolder } from "./sql/folder-lock.js";
import { testDigest } from "./testing/storage-harnesses.js";

const LONG_MS = 120_000; // several starts of the embedded database on a busy machine

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-folder-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const openIn = (directory: string): Promise<PostgresStorage> =>
  createPostgresStorage({ directory }, { digest: testDigest });

describe("an embedded store whose process is killed while it appends", () => {
  it("has everything that was acknowledged, and nothing by halves", { timeout: LONG_MS }, async () => {
    const directory = join(folder, "killed");
    const child = startAppending(directory);
    let acknowledged = -1;
    for await (const line of linesOf(child)) {
      if (line !== "open") acknowledged = Number(line);
      if (acknowledged >= 60) break;
    }
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(acknowledged).toBeGreaterThanOrEqual(60);

    const storage = await openIn(directory);
    const left = await storage.events.read("left");
    const right = await storage.events.read("right");
    const pending = await storage.events.outbox.pending(1_000_000);
    const slices = await collectPages(storage.history.load({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }));
    await storage.close();

    expect(left.length).toBeGreaterThan(acknowledged);
    expect(left.map(({ id }) => id)).toEqual(left.map((_, index) => `left-${index}`));
    expect(right.length).toBe(left.length);
    expect(pending.length).toBe(left.length + right.length);
    expect(slices.length).toBeGreaterThanOrEqual(3 * (acknowledged + 1));
    expect(slices.length % 3).toBe(0);
  });

  it("refuses a second process while the first lives, by its number", { timeout: LONG_MS }, async () => {
    const directory = join(folder, "shared");
    const child = startAppending(directory);
    for await (const line of linesOf(child)) if (line === "open") break;
    const error: unknown = await openIn(directory).catch((caught: unknown) => caught);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(error).toMatchObject({ code: "storage-in-use" });
    expect(String(error)).toContain(`process ${child.pid}`);
    expect(String(error)).toContain(directory);
  });
});

describe("the lock of a folder", () => {
  it("is had by one at a time, also inside one process, and is free after its release", async () => {
    const directory = join(folder, "once");
    const lock = await lockFolder(directory);
    await expect(lockFolder(directory)).rejects.toMatchObject({ code: "storage-in-use" });
    await lock.release();
    const again = await lockFolder(directory);
    await again.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it("goes to exactly one of many who ask at the same time", async () => {
    const directory = join(folder, "many");
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(directory)));
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(1);
  });

  it("is taken over from a process that has ended", async () => {
    const directory = join(folder, "dead");
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    await mkdir(directory);
    await writeFile(join(directory, "storage.lock"), JSON.stringify({ pid: child.pid }));
    const lock = await lockFolder(directory);
    expect(JSON.parse(await readFile(join(directory, "storage.lock"), "utf8"))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it("is taken over when another process has the number of the one that ended", async () => {
    const directory = join(folder, "reused");
    await mkdir(directory);
    await writeFile(join(directory, "storage.lock"), JSON.stringify({ pid: process.pid, started: "another boot/7" }));
    const lock = await lockFolder(directory);
    await lock.release();
  });

  it("is taken over when the lock file is not readable as one", async () => {
    const directory = join(folder, "garbled");
    await mkdir(directory);
    await writeFile(join(directory, "storage.lock"), "{");
    const lock = await lockFolder(directory);
    await lock.release();
  });
});

describe("a folder that cannot hold storage", () => {
  it("is refused in one line that names it, when a part of the path is a file", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    const error: unknown = await openIn(join(file, "store")).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "storage-folder-unusable", retryable: false });
    expect(String(error)).toContain(join(file, "store"));
    expect(String(error)).not.toContain("\n");
  });

  it.each([
    ["EACCES", "no permission"],
    ["EROFS", "read-only"],
    ["ENOSPC", "full"],
  ])("says %s in words", (code, words) => {
    const error = unusableFolder("/data", Object.assign(new Error(`${code}: mkdir`), { code }));
    expect(error.message).toContain("/data");
    expect(error.message).toContain(words);
  });
});

function startAppending(directory: string): ChildProcess {
  const here = (name: string): string => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));
  const flags = ["--no-warnings", "--conditions=@plimsoll/source", "--import", here("register-typescript.ts")];
  return spawn(process.execPath, [...flags, here("append-until-killed.ts"), directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function linesOf(child: ChildProcess): AsyncIterable<string> {
  if (child.stdout === null) throw new Error("the child has no standard output");
  return createInterface({ input: child.stdout });
}
