import { describeContract, sliSourceContract } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { createLogWorld } from "./log-world.ts";

describeContract({ describe, it }, sliSourceContract, createLogWorld);

it("counts a status of 500 or more as bad, and any other as good", async () => {
  const world = await createLogWorld();
  const { fromMs, sliceMs } = world.request;
  await world.serve([{ fromMs, toMs: fromMs + sliceMs, good: 3, total: 5 }]);
  const reading = await world.source.read(world.request);
  expect(reading).toMatchObject({ kind: "read", samples: [{ fromMs, measurement: { good: 3, total: 5 } }] });
  await world.close?.();
});

it("calls a slice final only once a later line shows that it is over", async () => {
  const world = await createLogWorld();
  const { fromMs, sliceMs } = world.request;
  await world.serve([
    { fromMs, toMs: fromMs + sliceMs, good: 1, total: 1 },
    { fromMs: fromMs + sliceMs, toMs: fromMs + 2 * sliceMs, good: 1, total: 1 },
  ]);
  expect(await world.source.read(world.request)).toMatchObject({ watermarkMs: fromMs + sliceMs });
  await world.close?.();
});

it("sets aside what is no line of an access log, and says so", async () => {
  const world = await createLogWorld();
  await world.garble?.();
  expect(await world.source.read(world.request)).toMatchObject({ setAside: [{ count: 2, example: "this is" }] });
  await world.close?.();
});

it("reads times with the offset that the log gives them", async () => {
  const world = await createLogWorld();
  await world.write('192.0.2.7 - - [21/Nov/2026:02:00:01 +0100] "GET / HTTP/1.1" 200 612\n');
  const { fromMs } = world.request;
  expect(await world.source.read(world.request)).toMatchObject({
    samples: [{ fromMs, measurement: { good: 1, total: 1 } }],
  });
  await world.close?.();
});
