import { expect, it } from "vitest";
import { toJson } from "../errors/json.js";
import { sceneOf } from "./automatic-run.fixture.js";
import { automaticRunId, automaticRunStream, strayAutomaticRunStream } from "./automatic-run.js";
import { decideAutomaticRun } from "./decide-automatic-run.js";
import { parseAutomaticRunEvent } from "./parse-automatic-run-event.js";

const decision = decideAutomaticRun(sceneOf())?.decision;
const stored = {
  stream: automaticRunStream("payments"),
  version: 7,
  type: "automatic-run.decided",
  data: toJson(decision),
};

it("reads a decision back as it was", () => {
  expect(parseAutomaticRunEvent(stored)).toEqual({ ok: true, value: decision });
});

it("names the place of one that is none", () => {
  const error = {
    code: "unreadable-event",
    message:
      "Event 7 of the stream automatic-run/service/payments, automatic-run.decided, cannot be read. Read it with the version that wrote it, or repair the event.",
  };
  expect(parseAutomaticRunEvent({ ...stored, data: { incidentId: 1 } })).toEqual({ ok: false, error });
  expect(parseAutomaticRunEvent({ ...stored, type: "automatic-run.dreamt" })).toMatchObject({ ok: false });
});

it("names one run for an incident and a runbook, and one stream for a service or a stray incident", () => {
  expect(automaticRunId("INC-001", "fallback")).toBe("INC-001.fallback");
  expect(automaticRunStream("payments")).toBe("automatic-run/service/payments");
  expect(strayAutomaticRunStream("INC-001")).toBe("automatic-run/incident/INC-001");
});
