import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../run.js";
import { createFakeIo } from "../testing/fake-io.js";

const OWN = fileURLToPath(new URL("../testing/own-adapters.ts", import.meta.url));
const CONFIG = `version: 1
sources: { queue: { type: jobs, address: "amqp://127.0.0.1" } }
services: { mail: {} }
slos:
  mail:
    service: mail
    target: 99%
    window: 30d
    sli: { kind: events, source: queue, query: { queue: mail } }
notifiers: { desk: { type: lamp, colour: red } }
notify: { pages: [desk] }
`;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-adapters-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function plimsoll(...words: readonly string[]) {
  const io = createFakeIo();
  const code = await run(words, io);
  return { code, ...io.written };
}
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("types of one's own", () => {
  it("are known when their module is named, in files and in the editor's schema", async () => {
    const path = write("plimsoll.yaml", CONFIG);
    expect((await plimsoll("validate", path)).out).toContain('There is no source type "jobs".');
    expect(await plimsoll("validate", path, "--adapters", OWN)).toMatchObject({ code: 0, err: "" });
    const wrong = write("wrong.yaml", CONFIG.replace("queue: mail", "queu: mail"));
    expect((await plimsoll("validate", wrong, "--adapters", OWN)).out).toContain("Did you mean `queue`?");
    expect((await plimsoll("validate", "--schema", "--adapters", OWN)).out).toContain('"jobs"');
  });

  it("are those of the example, too", async () => {
    const example = fileURLToPath(new URL("../../../../examples/custom-adapter/", import.meta.url));
    expect(
      await plimsoll("validate", join(example, "plimsoll.yaml"), "--adapters", join(example, "adapters.ts")),
    ).toMatchObject({ code: 0, err: "" });
  });

  it("are refused under a name that is taken, as when a module is named twice", async () => {
    const path = write("plimsoll.yaml", CONFIG);
    expect(await plimsoll("validate", path, "--adapters", OWN, "--adapters", OWN)).toMatchObject({
      code: 2,
      err: 'plimsoll: --adapters: There is a source type "jobs" already; give the other one another name.\n',
    });
  });

  it.each([
    ["gone.mjs", undefined, "there is no file"],
    ["throws.mjs", 'throw new Error("no licence");', "cannot be run: no licence"],
    ["empty.mjs", "export default {};", "exports no `adapters` with `sourceTypes` or `notifierTypes`"],
    [
      "other.mjs",
      "export const adapters = { sources: {} };",
      "has `adapters.sources`; known are sourceTypes and notifierTypes",
    ],
    [
      "list.mjs",
      "export const adapters = { sourceTypes: 1 };",
      "has `adapters.sourceTypes` that is no map of types by name",
    ],
    [
      "half.mjs",
      "export const adapters = { sourceTypes: { a: {} } };",
      "has a type `sourceTypes.a` without `settings`, a zod schema",
    ],
    [
      "thin.mjs",
      "const settings = { safeParse() {} }; export const adapters = { notifierTypes: { a: { settings } } };",
      "has a type `notifierTypes.a` without `create`, a function that makes it from its settings",
    ],
  ])("of %s are refused with the reason", async (name, text, problem) => {
    const module = text === undefined ? join(folder, name) : write(name, text);
    const { code, err } = await plimsoll("validate", write("plimsoll.yaml", CONFIG), "--adapters", module);
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });
});
