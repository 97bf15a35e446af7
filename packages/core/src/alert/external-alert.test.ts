import { describe, expect, it } from "vitest";
import {
  EXTERNAL_ALERT_LIMITS,
  externalAlert,
  firesAt,
  mergeExternalAlert,
  type ExternalAlert,
  type ReceivedAlert,
} from "./external-alert.js";

const received: ReceivedAlert = { source: "am", labels: { alertname: "Down", empty: "" } };
const nowMs = 1_000;

function take(part: Partial<ReceivedAlert> = {}, resolveTimeoutMs?: number): ExternalAlert {
  const taken = externalAlert(
    { ...received, ...part },
    { nowMs, ...(resolveTimeoutMs === undefined ? {} : { resolveTimeoutMs }) },
  );
  if (!taken.ok) throw new Error(taken.error.message);
  return taken.value;
}

function refusal(part: Partial<ReceivedAlert>): unknown {
  const taken = externalAlert({ ...received, ...part }, { nowMs });
  return taken.ok ? "taken" : [taken.error.code, taken.error.path];
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, "v"]));

describe("an alert from elsewhere", () => {
  it("has what its source left out filled in", () => {
    expect(take()).toEqual({
      key: `am/${take().fingerprint}`,
      source: "am",
      fingerprint: take({ labels: { alertname: "Down" } }).fingerprint,
      labels: { alertname: "Down" },
      annotations: {},
      startsAtMs: 1_000,
      timesOut: false,
      status: "firing",
    });
    expect(
      take({ fingerprint: "f1", annotations: { summary: "x" }, generatorUrl: "https://prom.example/graph?g0=a" }),
    ).toMatchObject({
      key: "am/f1",
      fingerprint: "f1",
      annotations: { summary: "x" },
      generatorUrl: "https://prom.example/graph?g0=a",
    });
    expect(take({ generatorUrl: "" })).not.toHaveProperty("generatorUrl");
  });

  it.each([
    ["nothing", {}, undefined, [1_000, undefined, false, "firing"]],
    ["nothing, by a source that repeats", {}, 300, [1_000, 1_300, true, "firing"]],
    ["an end to come", { endsAtMs: 1_500 }, 300, [1_000, 1_500, false, "firing"]],
    ["an end that came", { endsAtMs: 900 }, 300, [900, 900, false, "resolved"]],
    ["an end that is now", { startsAtMs: 500, endsAtMs: 1_000 }, undefined, [500, 1_000, false, "resolved"]],
    ["an end that is just not yet", { startsAtMs: 500, endsAtMs: 1_001 }, undefined, [500, 1_001, false, "firing"]],
    ["that it is over", { startsAtMs: 500, status: "resolved" }, 300, [500, 1_000, false, "resolved"]],
    [
      "that it is over, and when",
      { startsAtMs: 500, endsAtMs: 700, status: "resolved" },
      300,
      [500, 700, false, "resolved"],
    ],
    [
      "that it is over, by a clock ahead",
      { startsAtMs: 1_200, endsAtMs: 1_300, status: "resolved" },
      300,
      [1_000, 1_000, false, "resolved"],
    ],
    ["that it fires", { startsAtMs: 1_200, status: "firing" }, 300, [1_200, 1_300, true, "firing"]],
  ] as const)("whose source says %s", (_words, part, timeoutMs, expected) => {
    const { startsAtMs, endsAtMs, status, timesOut } = take(part, timeoutMs);
    expect([startsAtMs, endsAtMs, timesOut, status]).toEqual(expected);
  });

  it.each([
    [{ labels: {} }, ["no-labels", "labels"]],
    [{ labels: { a: "" } }, ["no-labels", "labels"]],
    [{ labels: many(128) }, "taken"],
    [{ labels: many(129) }, ["too-many-labels", "labels"]],
    [{ labels: { "": "x" } }, ["label-too-long", "labels"]],
    [{ labels: { ["n".repeat(512)]: "x" } }, "taken"],
    [{ labels: { ["n".repeat(513)]: "x" } }, ["label-too-long", "labels"]],
    [{ labels: { a: "v".repeat(4_096) } }, "taken"],
    [{ labels: { a: "v".repeat(4_097) } }, ["label-too-long", "labels.a"]],
    [{ fingerprint: "" }, ["bad-fingerprint", "fingerprint"]],
    [{ fingerprint: "f".repeat(256) }, "taken"],
    [{ fingerprint: "f".repeat(257) }, ["bad-fingerprint", "fingerprint"]],
    [{ startsAtMs: Number.NaN }, ["not-an-instant", "startsAt"]],
    [{ endsAtMs: Infinity }, ["not-an-instant", "endsAt"]],
    [{ endsAtMs: 8.64e15 }, "taken"],
    [{ startsAtMs: -8.65e15 }, ["not-an-instant", "startsAt"]],
    [{ startsAtMs: 500, endsAtMs: 499 }, ["ends-before-start", "endsAt"]],
    [{ startsAtMs: 500, endsAtMs: 500 }, "taken"],
  ] as const)("%#: is refused by name where it can not be taken", (part, expected) => {
    expect(refusal(part as Partial<ReceivedAlert>)).toEqual(expected);
  });

  it.each([
    ["https://prom.example", true],
    ["HTTP://prom.example:9090#x", true],
    [`https://a/${"x".repeat(2_038)}`, true],
    [`https://a/${"x".repeat(2_039)}`, false],
    // As rulers send it that know no address of their own.
    ["/graph?g0.expr=up", false],
    ["graph", false],
    ["javascript:alert(1)", false],
    ["ftp://prom.example/", false],
    ["https://user:secret@prom.example/", false],
    ["https://prom example", false],
  ])("%#: is taken with its link, which it keeps only where that leads to the web", (generatorUrl, kept) => {
    const taken = take({ generatorUrl });
    expect(taken).toMatchObject({ labels: { alertname: "Down" }, status: "firing" });
    expect([taken.generatorUrl]).toEqual([kept ? generatorUrl : undefined]);
    expect(Object.hasOwn(taken, "generatorUrl")).toBe(kept);
  });

  it("says what was found and what to do", () => {
    const words = (part: Partial<ReceivedAlert>) => {
      const taken = externalAlert({ ...received, ...part }, { nowMs });
      return taken.ok ? "" : taken.error.message;
    };
    expect(words({ startsAtMs: 500, endsAtMs: 499 })).toBe(
      "endsAt 1970-01-01T00:00:00.499Z is before startsAt 1970-01-01T00:00:00.500Z; give an end that is not earlier, or none",
    );
    expect(words({ labels: { a: "v".repeat(4_097) } })).toBe(
      "the label a has 4097 characters; 4096 are the most that it may have",
    );
    expect(words({ fingerprint: "" })).toBe("the fingerprint has 0 characters; it may have 1 to 256, or be left out");
    expect(words({ labels: many(129) })).toBe("the alert has 129 labels; 128 are the most that one may have");
    expect(words({ labels: {} })).toBe("the alert has no label with a value; it needs at least one");
    expect(words({ labels: { "": "x" } })).toBe("a label's name has 0 characters; it may have 1 to 512");
    expect(words({ startsAtMs: Number.NaN })).toBe("startsAt is no instant; give a date and a time with a zone");
  });

  it("has its annotations cut where they are too long or too many", () => {
    const { annotationLength, annotations, nameLength } = EXTERNAL_ALERT_LIMITS;
    const cut = take({ annotations: { just: "x".repeat(annotationLength), over: "x".repeat(annotationLength + 1) } });
    expect(cut.annotations).toEqual({
      just: "x".repeat(annotationLength),
      over: `${"x".repeat(annotationLength - 1)}…`,
    });
    expect(Object.keys(take({ annotations: many(annotations + 1) }).annotations)).toHaveLength(annotations);
    expect(
      Object.keys(
        take({ annotations: { "": "x", ["n".repeat(nameLength)]: "y", ["n".repeat(nameLength + 1)]: "z" } })
          .annotations,
      ),
    ).toEqual(["n".repeat(nameLength)]);
  });

  it("fires until its end, which is out", () => {
    expect([firesAt({ endsAtMs: 10 }, 9), firesAt({ endsAtMs: 10 }, 10), firesAt({}, 1e15)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe("word of an alert that is known", () => {
  const known = (startsAtMs: number, endsAtMs?: number, timesOut = false): ExternalAlert => ({
    ...take({ startsAtMs }),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    timesOut,
    status: endsAtMs !== undefined && endsAtMs <= nowMs ? "resolved" : "firing",
  });
  it.each([
    ["a repeat moves the timeout", known(500, 1_100, true), known(500, 1_400, true), [500, 1_400, true, "firing"]],
    [
      "a later start is the same firing",
      known(500, 1_100, true),
      known(900, 1_400, true),
      [500, 1_400, true, "firing"],
    ],
    [
      "an earlier start is the firing's",
      known(500, 1_100, true),
      known(400, 1_400, true),
      [400, 1_400, true, "firing"],
    ],
    ["an end ends it", known(500), known(500, 900), [500, 900, false, "resolved"]],
    ["an end ends what would have timed out", known(500, 1_400, true), known(500, 900), [500, 900, false, "resolved"]],
    ["a later real end stays", known(500, 1_500), known(500, 1_200, true), [500, 1_500, false, "firing"]],
    ["no end stays", known(500), known(500, 1_200), [500, undefined, false, "firing"]],
    ["a real end wins over a later timeout", known(500, 1_500, true), known(500, 1_200), [500, 1_200, false, "firing"]],
    ["the later of two ends that came", known(500, 900), known(500, 800), [500, 900, false, "resolved"]],
    ["the later of two ends that came, the other way", known(500, 800), known(500, 900), [500, 900, false, "resolved"]],
    [
      "an end that came does not hold a repeat back",
      known(500, 900),
      known(800, 1_300, true),
      [500, 1_300, true, "firing"],
    ],
    ["after its end it is a new firing", known(500, 900), known(900, 1_300), [900, 1_300, false, "firing"]],
    [
      "late word of an earlier firing's end changes nothing",
      known(500),
      known(300, 500),
      [500, undefined, false, "firing"],
    ],
    ["late word that reaches into this firing ends it", known(500), known(300, 501), [300, 501, false, "resolved"]],
    ["an end at the start ends it", known(500), known(500, 500), [500, 500, false, "resolved"]],
  ] as const)("%s", (_words, before, now, expected) => {
    const { startsAtMs, endsAtMs, status, timesOut } = mergeExternalAlert(before, now, nowMs);
    expect([startsAtMs, endsAtMs, timesOut, status]).toEqual(expected);
  });
  it("brings the words that came with it", () => {
    const before = { ...known(500), annotations: { summary: "old" } };
    expect(mergeExternalAlert(before, { ...known(500), annotations: { summary: "new" } }, nowMs).annotations).toEqual({
      summary: "new",
    });
  });
});
