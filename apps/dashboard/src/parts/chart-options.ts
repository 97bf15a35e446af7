import uPlot from "uplot";
import { formatClock, formatDay } from "../format/instant.js";

/** How a chart looks; colours are read from the page's theme when it is drawn. */
export type ChartLook = {
  readonly kind: "line" | "bars";
  readonly format: (value: number) => string;
  /** The range must hold these. */
  readonly holds: readonly number[];
  readonly zeroLine: boolean;
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  readonly syncKey: string;
  readonly onPoint: (index: number | undefined) => void;
};

/** Writes a look as uPlot takes it. */
export function chartOptions(
  look: ChartLook,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const colour = themeColours();
  const font = "12px system-ui, sans-serif";
  const axis = { stroke: colour.muted, font, grid: { stroke: colour.line, width: 1 }, ticks: { show: false } };
  return {
    ...size,
    // The page writes instants in UTC, and so does the axis.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      sync: { key: look.syncKey },
      drag: { x: false, y: false },
      y: false,
      points: { show: look.kind === "line" },
    },
    scales: { y: { range: (_chart, low, high) => rangeHolding(look.holds, low, high) } },
    axes: [
      {
        ...axis,
        size: 28,
        values: (_chart, marks) => marks.map((mark, index) => timeMark(mark, marks[index + 1] ?? marks[index - 1])),
      },
      { ...axis, size: 62, values: (_chart, marks) => marks.map((mark) => look.format(mark)) },
    ],
    series: [{}, look.kind === "line" ? lineSeries(colour) : barSeries(colour)],
    hooks: {
      drawClear: [(chart) => drawGaps(chart, look.gaps, colour.gap)],
      draw: look.zeroLine ? [(chart) => drawZero(chart, colour.bad)] : [],
      setCursor: [(chart) => look.onPoint(chart.cursor.idx ?? undefined)],
    },
  };
}

function lineSeries(colour: Colours): uPlot.Series {
  return {
    stroke: colour.accent,
    width: 2,
    spanGaps: false,
    paths: uPlot.paths.stepped?.({ align: -1 }) ?? (() => null),
  };
}

function barSeries(colour: Colours): uPlot.Series {
  const bars = uPlot.paths.bars?.({ size: [0.9, 24, 2], align: -1 });
  return { stroke: colour.bad, fill: colour.bad, width: 0, points: { show: false }, paths: bars ?? (() => null) };
}

/** Keeps some air above and below, and the marks that give the figures their meaning. */
function rangeHolding(holds: readonly number[], low: number | null, high: number | null): [number, number] {
  const values = [...holds, low ?? 0, high ?? 0];
  const bottom = Math.min(...values);
  const top = Math.max(...values);
  const air = (top - bottom || 1) * 0.06;
  return [bottom < 0 ? bottom - air : bottom, top + air];
}

function drawGaps(chart: uPlot, gaps: ChartLook["gaps"], colour: string): void {
  const { ctx } = chart;
  const { top, height, left, width } = chart.bbox;
  ctx.save();
  ctx.fillStyle = colour;
  for (const gap of gaps) {
    const from = Math.max(left, chart.valToPos(gap.from, "x", true));
    const to = Math.min(left + width, chart.valToPos(gap.to, "x", true));
    if (to > from) ctx.fillRect(from, top, Math.max(1, to - from), height);
  }
  ctx.restore();
}

function drawZero(chart: uPlot, colour: string): void {
  const { ctx } = chart;
  const y = Math.round(chart.valToPos(0, "y", true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.max(1, uPlot.pxRatio);
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(chart.bbox.left, y);
  ctx.lineTo(chart.bbox.left + chart.bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

const DAY_SECONDS = 86_400;

/** Writes a mark of the time axis: the day where marks are days apart or a day begins, else the time of day. */
function timeMark(seconds: number, neighbourSeconds: number | undefined): string {
  const words = formatClock(seconds * 1000).slice(0, 5);
  return (neighbourSeconds !== undefined && Math.abs(seconds - neighbourSeconds) >= DAY_SECONDS) || words === "00:00"
    ? formatDay(seconds * 1000)
    : words;
}

type Colours = Readonly<Record<"accent" | "bad" | "muted" | "line" | "gap", string>>;

function themeColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    accent: read("--accent"),
    bad: read("--page"),
    muted: read("--muted"),
    line: read("--line"),
    gap: read("--gap"),
  };
}
