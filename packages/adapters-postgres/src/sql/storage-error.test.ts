import { describe, expect, it } from "vitest";

import { createPostgresStorage } from "../postgres-storage.js";
import { testDigest } from "../testing/storage-harnesses.js";
import { describeUrl } from "./server-sql.js";
import { storageErrorOf } from "./storage-error.js";

describe("a storage failure", () => {
  it.each([
    ["ECONNREFUSED", "storage-unavailable", true],
    ["57P01", "storage-unavailable", true],
    ["53300", "storage-unavailable", true],
    ["40P01", "storage-unavailable", true],
    ["53100", "storage-full", true],
    ["28P01", "storage-access-denied", false],
    ["42501", "storage-access-denied", false],
    ["3D000", "storage-not-found", false],
    ["22021", "storage-bad-value", false],
    ["23505", "storage-duplicate", false],
    ["42P01", "storage-failed", false],
  ])("with %s is %s, and retryable: %s", (sqlState, code, retryable) => {
    const error = storageErrorOf(Object.assign(new Error("refused"), { code: sqlState }), "postgres://host/db");
    expect(error).toMatchObject({ code, retryable, sqlState });
    expect(error.message).toContain("postgres://host/db");
  });

  it("without a code that speaks of the connection may be tried again", () => {
    const error = storageErrorOf(new Error("Connection terminated unexpectedly"), "postgres://host/db");
    expect(error).toMatchObject({ code: "storage-unavailable", retryable: true });
  });

  it("never repeats a password, neither alone nor in a URL", () => {
    const said = new Error('cannot use "postgres://ann:pa%2Fss@host/db": password pa/ss is wrong');
    const { location, secrets } = describeUrl("postgres://ann:pa%2Fss@host/db?password=three");
    const error = storageErrorOf(said, location, secrets);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(/pa%2Fss|pa\/ss|three/u);
    expect(error.cause).toBeUndefined();
  });
});

describe("a server that cannot be reached", () => {
  it("is said in one line, as worth another attempt, without the password", async () => {
    const url = "postgres://ann:hidden-word@127.0.0.1:1/db";
    const error: unknown = await createPostgresStorage({ url }, { digest: testDigest }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: "storage-unavailable", retryable: true });
    expect(String(error)).toContain("127.0.0.1:1");
    expect(String(error)).not.toMatch(/hidden-word|\n/u);
  });

  it.each(["not a url with hidden-word", "mysql://ann:hidden-word@host/db"])(
    "is not looked for by a bad URL, which is not shown",
    async (url) => {
      const error: unknown = await createPostgresStorage({ url }, { digest: testDigest }).catch(
        (caught: unknown) => caught,
      );
      expect(error).toMatchObject({ code: "storage-bad-url", retryable: false });
      expect(String(error)).not.toContain("hidden-word");
    },
  );
});
