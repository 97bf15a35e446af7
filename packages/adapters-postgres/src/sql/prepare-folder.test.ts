import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createTarGzip } from "nanotar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEmptyDatabase } from "../empty-database.js";
import { prepareFolder } from "./prepare-folder.js";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "plimsoll-folder-"));
  folder = join(parent, "postgres");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const packed = () =>
  createTarGzip([{ name: "/base" }, { name: "/base/1/1255", data: "pages" }, { name: "/PG_VERSION", data: "18" }]);
const forbidden = () => Promise.reject(new Error("this was not to be asked for"));

describe("the folder of a database", () => {
  it("is unpacked, for its owner alone", async () => {
    await prepareFolder(folder, { readEmpty: packed, make: forbidden });
    expect(readFileSync(join(folder, "base/1/1255"), "utf8")).toBe("pages");
    expect(readFileSync(join(folder, "PG_VERSION"), "utf8")).toBe("18");
    for (const [path, mode] of [
      [folder, 0o700],
      [join(folder, "base"), 0o700],
      [join(folder, "base/1/1255"), 0o600],
    ] as const) {
      expect(statSync(path).mode & 0o777, path).toBe(mode);
    }
  });
  it("is made where there is nothing to unpack, and PostgreSQL runs in it under its own name", async () => {
    await prepareFolder(folder, {
      readEmpty: async () => undefined,
      async make(unfinished) {
        expect(unfinished).toBe(`${folder}.unfinished`);
        const database = await PGlite.create({ dataDir: unfinished });
        await database.exec("CREATE TABLE kept AS SELECT 7 AS number");
        await database.close();
      },
    });
    const database = await PGlite.create({ dataDir: folder });
    expect((await database.query("SELECT number FROM kept")).rows).toEqual([{ number: 7 }]);
    await database.close();
  }, 120_000);
  it("is left as it is when it is there", async () => {
    await mkdir(folder);
    await prepareFolder(folder, { readEmpty: forbidden, make: forbidden });
    expect(existsSync(join(folder, "PG_VERSION"))).toBe(false);
  });
  it("is begun anew after a start that was cut short, of which nothing stays", async () => {
    await expect(
      prepareFolder(folder, {
        readEmpty: async () => undefined,
        async make(unfinished) {
          await mkdir(unfinished);
          await writeFile(join(unfinished, "half"), "");
          throw new Error("no space is left");
        },
      }),
    ).rejects.toThrow("no space is left");
    expect(existsSync(folder)).toBe(false);
    await prepareFolder(folder, { readEmpty: packed, make: forbidden });
    expect(existsSync(join(folder, "half"))).toBe(false);
    expect(existsSync(`${folder}.unfinished`)).toBe(false);
  });
});

it("the build left an empty database to unpack", async () => {
  // Without one a first start makes it anew: right, and two seconds slower.
  expect((await readEmptyDatabase())?.subarray(0, 2)).toEqual(new Uint8Array([0x1f, 0x8b]));
});
