import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { onThemeChange } from "../theme/theme.js";
import { chartOptions, type ChartLook } from "./chart-options.js";

type TimeChartProps = Omit<ChartLook, "onPoint"> & {
  readonly label: string;
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
  /** One step in words, shown above the chart. */
  readonly pointWords: (index: number) => string;
};

const HEIGHT = 190;
const MOVES: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: -1e6,
  End: 1e6,
};

/** A line or bars over time. The pointer or the arrow keys read single steps, in words. */
export function TimeChart(props: TimeChartProps) {
  const { at, label, pointWords, values } = props;
  const [pointed, setPointed] = useState<number>();
  const last = Math.max(0, at.length - 1);
  const point = Math.min(pointed ?? last, last);
  const holder = useChart(props, setPointed);

  const move = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = Math.min(last, Math.max(0, point + by));
    const chart = holder.chart.current;
    const seconds = at[next];
    if (chart === undefined || seconds === undefined) return;
    chart.setCursor({
      left: chart.valToPos(seconds, "x"),
      top: values[next] === null ? 0 : chart.valToPos(values[next] ?? 0, "y"),
    });
    setPointed(next);
  };

  return (
    <figure className="chart">
      <figcaption>
        <span className="chart-label">{label}</span>
        <span className="chart-point figure">{pointWords(point)}</span>
      </figcaption>
      <div
        ref={holder.element}
        className="chart-plot"
        role="slider"
        tabIndex={0}
        aria-label={`${label}, step by step`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={point}
        aria-valuetext={pointWords(point)}
        onKeyDown={move}
      />
    </figure>
  );
}

/** Keeps one uPlot in an element: made anew when its look or the theme changes, fed when only its data do. */
function useChart(props: TimeChartProps, onPoint: (index: number | undefined) => void) {
  const { at, values, kind, format, gaps, holds, syncKey, zeroLine } = props;
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const draw = () => {
      chart.current?.destroy();
      const size = { width: current.clientWidth, height: HEIGHT };
      const options = chartOptions({ kind, format, gaps, holds, syncKey, zeroLine, onPoint }, size);
      chart.current = new uPlot(options, [[...at], [...values]], current);
    };
    draw();
    const forget = onThemeChange(draw);
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: current.clientWidth, height: HEIGHT }));
    resized.observe(current);
    return () => {
      forget();
      resized.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [at, values, kind, format, gaps, holds, syncKey, zeroLine, onPoint]);
  return { element, chart };
}
