import { describe, expect, it } from "vitest";
import { createRunbookTrigger, unlessFired } from "./runbook-trigger.js";

const never = (): Promise<never> => new Promise(() => undefined);

describe("a trigger", () => {
  it("fires once, for those who listen then", () => {
    const { fire, signal } = createRunbookTrigger();
    const heard: string[] = [];
    const gone = () => heard.push("gone");
    signal.addEventListener("abort", () => heard.push("there"));
    signal.addEventListener("abort", gone);
    signal.removeEventListener("abort", gone);
    expect(signal.aborted).toBe(false);
    fire();
    fire();
    expect([signal.aborted, heard]).toEqual([true, ["there"]]);
  });
});

describe("work that may be left", () => {
  it("gives what comes of it, also an error, and is listened to no longer then", async () => {
    let listening = 0;
    const signal = {
      aborted: false,
      addEventListener: () => void (listening += 1),
      removeEventListener: () => void (listening -= 1),
    };
    expect(await unlessFired(signal, async () => "done", "left")).toBe("done");
    await expect(unlessFired(signal, () => Promise.reject(new Error("broken")), "left")).rejects.toThrow("broken");
    await Promise.resolve();
    expect(listening).toBe(0);
  });

  it("gives the other value where the signal is faster", async () => {
    const { fire, signal } = createRunbookTrigger();
    const left = unlessFired(signal, never, "left");
    fire();
    expect(await left).toBe("left");
  });

  it("is not begun where the signal has fired already", async () => {
    const { fire, signal } = createRunbookTrigger();
    const begun: string[] = [];
    const work = (): Promise<never> => {
      begun.push("work");
      return never();
    };
    fire();
    expect(await unlessFired(signal, work, "left")).toBe("left");
    expect(begun).toEqual([]);
  });
});
