import { describe, expect, it } from "vitest";
import { createSerialQueue } from "./serial-queue.js";

describe("a serial queue", () => {
  it("runs tasks one after another in order, and goes on after one that fails", async () => {
    const alone = createSerialQueue();
    const course: string[] = [];
    const task =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        course.push(`${name} begins`);
        await Promise.resolve();
        course.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const outcomes = await Promise.allSettled([alone(task("a")), alone(task("b", true)), alone(task("c"))]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(course).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});
