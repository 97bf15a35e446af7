import { expect, it } from "vitest";
import { toJson } from "../errors/json.js";
import { sceneOf } from "../runbook/automatic-run.fixture.js";
import { decideAutomaticRun } from "../runbook/decide-automatic-run.js";
import { createAutomaticRunBook } from "./automatic-run-book.js";

it("knows the decisions about each incident, oldest first, and tells what it could not read", () => {
  const book = createAutomaticRunBook();
  const decision = decideAutomaticRun(sceneOf())?.decision;
  const event = { id: "e", stream: "automatic-run/service/payments", type: "automatic-run.decided", actor: "engine" };
  const stored = (atMs: number, data = toJson(decision)) => ({ ...event, version: atMs, position: atMs, atMs, data });
  for (const one of [stored(1), stored(2), stored(3, {})]) book.projection.apply(one);
  expect(book.projection.prefix).toBe("automatic-run/");
  expect(book.of("INC-001")).toEqual([
    { ...decision, atMs: 1 },
    { ...decision, atMs: 2 },
  ]);
  expect(book.of("INC-002")).toEqual([]);
  expect(book.unreadable()).toEqual([expect.stringContaining("Event 3 of the stream automatic-run/service/payments")]);
});
