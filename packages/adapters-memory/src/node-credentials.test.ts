import { describe, expect, it } from "vitest";

import { createNodeCredentials } from "./node-credentials.js";

describe("credentials by Node's crypto", () => {
  it("verify what was hashed at another cost, so that the cost can be raised", async () => {
    const hash = await createNodeCredentials({ memoryMib: 1 }).hashPassword("correct horse battery");
    expect(hash).toMatch(/^scrypt\$10\$8\$1\$/);
    expect(await createNodeCredentials({ memoryMib: 2 }).verifyPassword("correct horse battery", hash)).toBe(true);
  });

  it("hash with 128 MiB unless told otherwise", async () => {
    expect(await createNodeCredentials().hashPassword("correct horse battery")).toMatch(/^scrypt\$17\$8\$1\$/);
  });

  it("refuse a hash that would take more memory than any of theirs", async () => {
    const greedy = `scrypt$21$8$1$${"a".repeat(22)}$${"b".repeat(43)}`;
    expect(await createNodeCredentials().verifyPassword("correct horse battery", greedy)).toBe(false);
  });

  it.each([0, 3, 2048])("refuse to be made with %d MiB", (memoryMib) => {
    expect(() => createNodeCredentials({ memoryMib })).toThrow("it is a power of two, up to 1024");
  });
});
