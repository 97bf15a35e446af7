import { useMemo } from "react";
import type { SloHistory } from "../api/answers.js";
import { formatDuration } from "../format/duration.js";
import { groupDigits } from "../format/group-digits.js";
import { formatInstant } from "../format/instant.js";
import { budgetWords, formatRatio } from "../format/percent.js";
import { historySeries, historyWords } from "../layout/history-series.js";
import { HistoryTable } from "./history-table.js";
import { TimeChart } from "./time-chart.js";

const WHOLE_BUDGET = [0, 100] as const;
const ONE_EVENT = [0, 1] as const;
const percentMark = (value: number) => `${groupDigits(value)} %`;
const countMark = (value: number) => (Number.isInteger(value) ? groupDigits(value) : "");

/** The period in two charts on one time: what was left, and what took it. */
export function HistoryCharts({ history }: { readonly history: SloHistory }) {
  const series = useMemo(() => historySeries(history), [history]);
  if (history.points.length === 0) return <p className="quiet">Nothing was measured in this period yet.</p>;
  const words = (index: number) => pointWords(history, index);
  const shared = { at: series.at, gaps: series.gaps, syncKey: history.sloId, pointWords: words };
  return (
    <>
      <p className="visually-hidden">{historyWords(history, budgetWords)}</p>
      <TimeChart
        {...shared}
        label="Budget left"
        kind="line"
        values={series.remainingPercent}
        format={percentMark}
        holds={WHOLE_BUDGET}
        zeroLine
      />
      <TimeChart
        {...shared}
        label={`Bad events per ${formatDuration(history.stepMs)}`}
        kind="bars"
        values={series.bad}
        format={countMark}
        holds={ONE_EVENT}
        zeroLine={false}
      />
      {series.gaps.length > 0 && (
        <p className="quiet chart-note">
          <span className="gap-swatch" aria-hidden="true" /> Less than 90 % was measured: no line is drawn there.
        </p>
      )}
      <HistoryTable history={history} />
    </>
  );
}

function pointWords(history: SloHistory, index: number): string {
  const point = history.points[index];
  if (point === undefined) return "";
  const counts = `${groupDigits(point.bad)} bad of ${groupDigits(point.total)}`;
  const covered = point.coverageRatio < 1 ? ` · ${formatRatio(point.coverageRatio)} measured` : "";
  return `${formatInstant(Date.parse(point.at))} · ${budgetWords(point.remainingRatio)} · ${counts}${covered}`;
}
