import type { SliReading, SliRequest, SliSource } from "@plimsoll/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withDeadline } from "./with-deadline.js";

const request = { sloId: "checkout", fromMs: 0, toMs: 1, sliceMs: 1 } as unknown as SliRequest;
const reading: SliReading = { kind: "read", samples: [], watermarkMs: 1, setAside: [], notes: [] };
const deaf: SliSource = { read: () => new Promise(() => undefined), close: () => new Promise(() => undefined) };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a source with a deadline", () => {
  it("answers as the source does", async () => {
    await expect(withDeadline({ read: async () => reading }, 100).read(request)).resolves.toBe(reading);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fails when the source answers too late, and tells the source to stop", async () => {
    let told = false;
    const hangs: SliSource = {
      read: ({ cancel }) => new Promise(() => cancel?.addEventListener("abort", () => (told = true))),
    };
    const read = withDeadline(hangs, 100).read(request);
    await vi.advanceTimersByTimeAsync(100);
    expect(await read).toMatchObject({ kind: "failed", code: "source-timeout", retryable: true });
    expect(told).toBe(true);
  });

  it("ends at once when it is cancelled, also if the source does not listen", async () => {
    const cancel = new AbortController();
    const read = withDeadline(deaf, 100).read({ ...request, cancel: cancel.signal });
    cancel.abort();
    expect(await read).toMatchObject({ kind: "failed", code: "cancelled" });
    expect(vi.getTimerCount()).toBe(0);
    expect(await withDeadline(deaf, 100).read({ ...request, cancel: cancel.signal })).toMatchObject({
      code: "cancelled",
    });
  });

  it("closes though the source hangs in closing", async () => {
    const closed = withDeadline(deaf, 100).close?.();
    await vi.advanceTimersByTimeAsync(100);
    await closed;
  });

  it("lets a failure after the deadline go by", async () => {
    const fails: SliSource = {
      read: ({ cancel }) =>
        new Promise((_resolve, reject) => cancel?.addEventListener("abort", () => reject(new Error("aborted")))),
    };
    const read = withDeadline(fails, 100).read(request);
    await vi.advanceTimersByTimeAsync(100);
    expect(await read).toMatchObject({ code: "source-timeout" });
  });
});
