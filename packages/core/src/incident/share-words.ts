import type { MeasuredShare } from "./measured-share.js";
import { utcWords } from "./instant-words.js";

/** Writes a ratio with three digits: `2.35 %`. */
export function percentWords(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}

/** Says what went of a budget while an incident lasted, in one or more sentences, without the last full stop. */
export function shareWords({
  allowedBad,
  bad,
  basis,
  edgeBad,
  fromMs,
  reach,
  shareRatio,
  sloId,
  toMs,
}: MeasuredShare): string {
  const counts = `${count(bad)} bad events of ${count(allowedBad)} that the period allows`;
  const whole = `(${counts}, measured from ${utcWords(fromMs)} to ${utcWords(toMs)})`;
  return [
    basis === "alert"
      ? `${percentWords(shareRatio)} of the period's budget ${whole}`
      : `at most ${percentWords(shareRatio)} of the period's budget of ${sloId} ${whole}: what went bad while it lasted, whoever's doing it was`,
    ...(reach === "whole" ? [] : ["It began before this period, and only what is in it is counted"]),
    ...(edgeBad === 0 ? [] : [`At most ${count(edgeBad)} of the bad events may lie outside that time`]),
  ].join(". ");
}

function count(events: number): string {
  return String(Number(events.toFixed(2)));
}
