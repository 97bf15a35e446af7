import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSecretReader, readConfigFiles } from "./read-config-files.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-config-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);

describe("files of configuration", () => {
  it("are every YAML file of a folder in the order of their names", async () => {
    await put("b.yml", "b: 1");
    await put("a.yaml", "a: 1");
    await put(".hidden.yaml", "c: 1");
    await put("notes.txt", "d");
    await mkdir(join(folder, "below"));
    const read = await readConfigFiles(folder);
    expect(read.ok && read.value).toEqual([
      { name: join(folder, "a.yaml"), text: "a: 1" },
      { name: join(folder, "b.yml"), text: "b: 1" },
    ]);
  });

  it("are one file where one is named", async () => {
    await put("my.conf", "a: 1");
    expect(await readConfigFiles(join(folder, "my.conf"))).toMatchObject({ ok: true, value: [{ text: "a: 1" }] });
  });

  it("are missed by name", async () => {
    expect(await readConfigFiles(join(folder, "absent.yaml"))).toMatchObject({
      ok: false,
      error: [{ code: "unreadable-file", message: "There is no such file or folder." }],
    });
    expect(await readConfigFiles(folder)).toMatchObject({
      ok: false,
      error: [{ message: "The folder holds no file that ends in .yaml." }],
    });
  });

  it("are all judged when some are no text", async () => {
    await put("a.yaml", new Uint8Array([0x61, 0xff, 0xfe]));
    await put("b.yaml", new Uint8Array([0xc3, 0x28]));
    const read = await readConfigFiles(folder);
    expect(read.ok ? [] : read.error.map((issue) => issue.message)).toEqual([
      "The file is not UTF-8 text.",
      "The file is not UTF-8 text.",
    ]);
  });
});

describe("a secret", () => {
  const read = createSecretReader({ SET: "value", EMPTY: "" });

  it("comes from the environment as it is", () => {
    expect(read({ kind: "env", name: "SET" })).toEqual({ ok: true, value: "value" });
    expect(read({ kind: "env", name: "UNSET" })).toEqual({ ok: false, error: "it is not set" });
  });

  it("comes from a file without the line end that editors add", async () => {
    await put("secret", "two\nlines\n");
    expect(read({ kind: "file", path: join(folder, "secret") })).toEqual({ ok: true, value: "two\nlines" });
  });

  it("does not come from a file that is none", async () => {
    await put("large", "x".repeat(70_000));
    expect(read({ kind: "file", path: join(folder, "large") })).toEqual({
      ok: false,
      error: "it is too large for a secret",
    });
    expect(read({ kind: "file", path: join(folder, "absent") })).toEqual({ ok: false, error: "there is no such file" });
    expect(read({ kind: "file", path: folder })).toEqual({ ok: false, error: "it could not be read (EISDIR)" });
  });
});
