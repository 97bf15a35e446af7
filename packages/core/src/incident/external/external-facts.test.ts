import { describe, expect, it } from "vitest";
import { MINUTE_MS, START_MS } from "../alert.fixture.js";
import { SEVERITIES } from "../severity.js";
import { endWords, externalFacts, externalKey } from "./external-facts.js";
import { externalAlertOf, externalAt } from "./external.fixture.js";
import { externalSeverity, LABEL_SEVERITIES } from "./label-severities.js";

describe("what an incident keeps of an alert from elsewhere", () => {
  it("is its words, its service, its severity and its firing", () => {
    expect(externalAt(START_MS, { generatorUrl: "https://prometheus/graph" })).toEqual({
      key: "external/prometheus/abc",
      alertId: "external/prometheus/abc@2026-11-21T09:59:00.000Z",
      source: "prometheus",
      title: "Cards are refused",
      explanation: "Half of all cards are refused.",
      service: "payments",
      severity: "SEV2",
      severityReason: "its label severity says critical",
      labels: { alertname: "CardsFail", severity: "critical", service: "payments" },
      annotations: { summary: "Cards are refused", description: "Half of all cards are refused." },
      status: "firing",
      startsAtMs: START_MS - MINUTE_MS,
      generatorUrl: "https://prometheus/graph",
      atMs: START_MS,
    });
  });

  it("says for how long it was not sent again, where only that ended it", () => {
    const silent = (status: "firing" | "resolved", silentMs?: number) =>
      externalFacts(externalAlertOf({ status }), { atMs: START_MS, ...(silentMs === undefined ? {} : { silentMs }) });
    expect(silent("resolved", 5 * MINUTE_MS)).toMatchObject({ silentMs: 300_000 });
    expect(endWords(silent("resolved", 5 * MINUTE_MS))).toBe(
      "was not sent again for 5 min; nobody said that it is over",
    );
    expect(silent("resolved")).not.toHaveProperty("silentMs");
    expect(endWords(silent("resolved"))).toBe("is over");
  });

  it("has an end only once it is over, for a timeout is none", () => {
    expect(externalAt(START_MS, { endsAtMs: START_MS + 1 })).not.toHaveProperty("endsAtMs");
    expect(externalAt(START_MS, { status: "resolved", endsAtMs: START_MS - 1 }).endsAtMs).toBe(START_MS - 1);
    expect(externalAt(START_MS, { status: "resolved" })).not.toHaveProperty("endsAtMs");
    expect(externalAt(START_MS)).not.toHaveProperty("generatorUrl");
  });

  it("takes its words from the first annotation or label that says something, on one line", () => {
    const words = (annotations: Record<string, string>, labels: Record<string, string>) => {
      const { title, explanation } = externalAt(START_MS, { annotations, labels });
      return [title, explanation];
    };
    expect(words({ title: "T", message: "M" }, { alertname: "A" })).toEqual(["T", "M"]);
    expect(words({ summary: " \n ", title: "T" }, {})).toEqual(["T", "T"]);
    expect(words({}, { alertname: "A" })).toEqual(["A", "A"]);
    expect(words({}, {})).toEqual(["abc", "abc"]);
    expect(words({ summary: " a\n\tb  c " }, {})[0]).toBe("a b c");
  });

  it("cuts a title that is longer than a line", () => {
    expect(externalAt(START_MS, { annotations: { summary: "x".repeat(200) } }).title).toBe("x".repeat(200));
    const { explanation, title } = externalAt(START_MS, { annotations: { summary: "x".repeat(201) } });
    expect(title).toBe(`${"x".repeat(199)}…`);
    expect(explanation).toHaveLength(201);
  });

  it.each([
    [{ service: "s", job: "j" }, "s"],
    [{ service: " ", job: "j", app: "a" }, "j"],
    [{ app: "a", namespace: "n" }, "a"],
    [{ namespace: " n " }, "n"],
    [{}, "unknown"],
  ])("finds the service of %j", (labels, service) => {
    expect(externalAt(START_MS, { labels }).service).toBe(service);
  });

  it("lets its route say the service and the severity", () => {
    const routed = externalFacts(externalAlertOf(), { atMs: START_MS, service: "cards", severity: "SEV1" });
    expect(routed).toMatchObject({ service: "cards", severity: "SEV1", severityReason: "its route says so" });
  });

  it("has a key that no SLO's alert can have", () => {
    expect(externalKey({ key: "payments-availability/burn" })).toBe("external/payments-availability/burn");
  });
});

describe("the severity that labels ask for", () => {
  it.each([
    ["SEV1", "SEV1"],
    ["P1", "SEV1"],
    ["sev2", "SEV2"],
    ["p2", "SEV2"],
    ["emergency", "SEV2"],
    ["disaster", "SEV2"],
    ["fatal", "SEV2"],
    [" Critical ", "SEV2"],
    ["page", "SEV2"],
    ["major", "SEV2"],
    ["high", "SEV2"],
    ["Sev3", "SEV3"],
    ["p3", "SEV3"],
    ["error", "SEV3"],
    ["warning", "SEV3"],
    ["ticket", "SEV3"],
    ["minor", "SEV3"],
    ["medium", "SEV3"],
    ["SEV4", "SEV4"],
    ["p4", "SEV4"],
    ["info", "SEV4"],
    ["Informational", "SEV4"],
    ["low", "SEV4"],
    ["none", "SEV4"],
  ] as const)("of %s is %s", (said, severity) => {
    expect(externalSeverity({ severity: said })).toEqual({ severity, because: `its label severity says ${said}` });
  });

  it("is what its table says, which names each word once, in lower case and with the worst first", () => {
    const words = LABEL_SEVERITIES.flatMap((row) => row.words.map((word) => [word, row.severity] as const));
    expect(words.map(([severity]) => externalSeverity({ severity }).severity)).toEqual(words.map(([, known]) => known));
    expect(words.map(([word]) => word)).toEqual([...new Set(words.map(([word]) => word.trim().toLowerCase()))]);
    expect(LABEL_SEVERITIES.map(({ severity }) => severity)).toEqual(SEVERITIES);
    // Only a rank that says so by its number: nobody else's word means that nobody at all is served.
    expect(LABEL_SEVERITIES[0]?.words).toEqual(["sev1", "p1"]);
  });

  it("is asked of the label severity alone", () => {
    expect(externalSeverity({ priority: "critical" }).because).toBe("it has no label severity");
  });

  it("is SEV3 where nothing is known", () => {
    expect(externalSeverity({})).toEqual({ severity: "SEV3", because: "it has no label severity" });
    expect(externalSeverity({ severity: "purple" })).toEqual({
      severity: "SEV3",
      because: "its label severity says purple, which is not known",
    });
  });
});
