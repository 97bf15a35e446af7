import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalLabels, parseSeriesLabels } from "./label-text.js";
import { MetricsPage } from "./metrics-page.js";
import type { PageFormat } from "./sample-value.js";

function pageOf(text: string, format: PageFormat = "text"): MetricsPage {
  const page = new MetricsPage();
  const outcome = page.read(Buffer.from(text), format);
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return page;
}

function values(page: MetricsPage): Record<string, number> {
  const lines = [...page.groups.values()]
    .flatMap(({ lines: all }) => all)
    .filter(({ seenAt }) => seenAt === page.scrape);
  return Object.fromEntries(
    lines.map((line) => {
      const labels = parseSeriesLabels(line.key);
      return [`${labels?.name}{${canonicalLabels(labels?.labels ?? new Map())}}`, line.value];
    }),
  );
}

const TEXT_PAGE = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds_sum 1.7560473e+07
spaced {a = "1" , b="x}y{",} NaN
`;

const OPENMETRICS_PAGE = `# TYPE foo counter
foo_total{a="ü"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
foo_created{a="ü"} 1520430000.123
# TYPE bar histogram
bar_bucket{le="0.1"} 8 # {id="a } # \\" b"} 0.054 1520879607.7
bar_bucket{le="+Inf"} 20
bar_count 20
bar_sum 1.5e-3
{"utf8.name",kind="x"} 4
# EOF
`;

describe("a metrics page", () => {
  it("is read in the text format: timestamps, escapes, spaces, infinities", () => {
    expect(values(pageOf(TEXT_PAGE))).toEqual({
      'http_requests_total{code="200",method="post"}': 1027,
      'http_requests_total{code="400",method="post"}': 3,
      'msdos_file_access_time_seconds{error="Cannot find file:\\n\\"FILE.TXT\\"",path="C:\\\\DIR\\\\FILE.TXT"}': 1.458255915e9,
      "metric_without_timestamp_and_labels{}": 12.47,
      'something_weird{problem="division by zero"}': Infinity,
      'rpc_duration_seconds{quantile="0.01"}': 3102,
      "rpc_duration_seconds_sum{}": 1.7560473e7,
      'spaced{a="1",b="x}y{"}': Number.NaN,
    });
  });

  it("is read in OpenMetrics: exemplars, created timestamps, UTF-8 labels and quoted names", () => {
    expect(values(pageOf(OPENMETRICS_PAGE, "openmetrics"))).toEqual({
      'foo_total{a="ü"}': 17,
      'foo_created{a="ü"}': 1520430000.123,
      'bar_bucket{le="0.1"}': 8,
      'bar_bucket{le="+Inf"}': 20,
      "bar_count{}": 20,
      "bar_sum{}": 0.0015,
      'utf8.name{kind="x"}': 4,
    });
  });

  it("keeps the type that each family declares", () => {
    expect(pageOf(TEXT_PAGE).types.get("http_requests_total")).toBe("counter");
  });

  it.each(["foo_total 1\n", "foo_total 1\n# EO", "# EOF\nfoo_total 1\n", ""])(
    "is refused in OpenMetrics when it does not end with # EOF: %j",
    (text) => {
      const page = new MetricsPage();
      expect(page.read(Buffer.from(text), "openmetrics")).toEqual({
        kind: "refused",
        reason: expect.stringContaining("# EOF"),
      });
      expect(page.scrape).toBe(0);
    },
  );

  it.each([
    ["name_only", "no series can be read from it"],
    ['a{b="c"', "no series can be read from it"],
    ["a{b=c} 1", "no series can be read from it"],
    ['a{b="1",b="2"} 1', "no series can be read from it"],
    ["9a 1", "no series can be read from it"],
    ["a ", "it has no value"],
    ["a 0x10", "its value is not a number"],
    ["a 1_000", "its value is not a number"],
    ["a 12 noon", "what follows the value is neither a timestamp nor an exemplar"],
  ])("sets a malformed line aside with its number and goes on: %s", (line, reason) => {
    const page = new MetricsPage();
    const outcome = page.read(Buffer.from(`ok_before 1\n${line}\nok_after 2\n`), "text");
    expect(outcome).toEqual({
      kind: "read",
      samples: 2,
      malformedCount: 1,
      malformed: [{ lineNumber: 2, text: line, reason }],
    });
    expect(values(page)).toEqual({ "ok_before{}": 1, "ok_after{}": 2 });
  });

  it("takes a series that stands there twice only once", () => {
    const page = new MetricsPage();
    expect(page.read(Buffer.from("a 1\na 5\n"), "text")).toMatchObject({ malformedCount: 1 });
    expect(values(page)).toEqual({ "a{}": 1 });
  });

  it("does not mistake a name for the beginning of a longer one", () => {
    const page = pageOf("up 1\nother 2\n");
    page.read(Buffer.from('up_since 7\nup{a="b"} 8\nup {c="d"} 9\nup 3\n'), "text");
    expect(values(page)).toEqual({ "up_since{}": 7, 'up{a="b"}': 8, 'up{c="d"}': 9, "up{}": 3 });
  });

  it("reads a page whose lines move, come and go as if it were the first", () => {
    const lineArbitrary = fc.uniqueArray(fc.record({ series: fc.integer({ min: 0, max: 12 }), value: fc.nat() }), {
      selector: ({ series }) => series,
    });
    fc.assert(
      fc.property(fc.array(lineArbitrary, { minLength: 1, maxLength: 6 }), (pages) => {
        const page = new MetricsPage();
        for (const lines of pages) {
          const text = lines.map(({ series, value }) => `m${series % 3}{s="${series}"} ${value}\n`).join("");
          page.read(Buffer.from(text), "text");
          expect(values(page)).toEqual(values(pageOf(text)));
        }
      }),
    );
  });
});

const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,6}$/);
const metricName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/);
const sampleArbitrary = fc.record({
  name: metricName,
  labels: fc.dictionary(labelName, fc.string({ unit: "grapheme", maxLength: 8 }), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  value: fc.oneof(fc.nat(), fc.double()),
});

function render({ name, labels, value }: { name: string; labels: Record<string, string>; value: number }): string {
  const text = Object.entries(labels).map(
    ([label, one]) => `${label}="${one.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`,
  );
  const number = Object.is(value, -0)
    ? "-0"
    : Number.isNaN(value)
      ? "NaN"
      : value === Infinity
        ? "+Inf"
        : value === -Infinity
          ? "-Inf"
          : String(value);
  return `${name}${text.length === 0 ? "" : `{${text.join(",")}}`} ${number}`;
}

describe("the parser", () => {
  it("reads back what was rendered", () => {
    const samples = fc.uniqueArray(sampleArbitrary, {
      selector: ({ name, labels }) => `${name}{${canonicalLabels(new Map(Object.entries(labels)))}}`,
    });
    fc.assert(
      fc.property(samples, fc.constantFrom<PageFormat>("text", "openmetrics"), (list, format) => {
        const text = `${list.map((sample) => `${render(sample)}\n`).join("")}${format === "openmetrics" ? "# EOF\n" : ""}`;
        const expected = list.map(({ name, labels, value }) => [
          `${name}{${canonicalLabels(new Map(Object.entries(labels)))}}`,
          value,
        ]);
        expect(values(pageOf(text, format))).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it("reads decimals to the last bit", () => {
    const decimal = fc.stringMatching(/^\d{0,9}\.?\d{0,9}$/).filter((text) => /\d/.test(text));
    fc.assert(
      fc.property(decimal, (text) => {
        expect(values(pageOf(`a ${text}\n`))).toEqual({ "a{}": Number(text) });
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, whatever comes", () => {
    const noise = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(...'a{}=",\\# \n\t1.+eE_'.split("")) }),
    );
    fc.assert(
      fc.property(fc.array(noise), fc.constantFrom<PageFormat>("text", "openmetrics"), (texts, format) => {
        const page = new MetricsPage();
        for (const text of texts)
          page.read(Buffer.from(`${text}${format === "openmetrics" ? "\n# EOF\n" : ""}`), format);
      }),
      { numRuns: 200 },
    );
  });
});
