import { expect, test } from "vitest";
import { createGather } from "./gather.js";

test("a burst of changes is one refresh", () => {
  const released: string[] = [];
  const timers: (() => void)[] = [];
  const gather = createGather({
    afterMs: 150,
    release: (topic) => released.push(topic),
    setTimer: (action) => timers.push(action),
  });
  gather.add("evaluated");
  gather.add("evaluated");
  timers.shift()?.();
  gather.add("evaluated");
  gather.add("incident");
  gather.add("incident");
  timers.shift()?.();
  expect(released).toEqual(["evaluated", "all"]);
  expect(timers).toEqual([]);
});
