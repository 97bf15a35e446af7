import { formatDuration } from "@plimsoll/core";
import type {
  OnCallNow,
  PageBody,
  ScheduleDetail,
  ScheduleDifferenceBody,
  ScheduleOverride,
} from "@plimsoll/service/api";
import { plain, type Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, markdownText, textTable, type Cell } from "./table.js";

type Duty = OnCallNow["schedules"][number];

const NOBODY = "nobody";
const titled = (...titles: readonly string[]) => titles.map((title) => ({ title }));
const shouted = (columns: readonly { readonly title: string }[]) =>
  columns.map(({ title }) => ({ title: title.toUpperCase() }));

const DUTY = titled("Schedule", "On call", "Until (UTC)", "By", "Next");

/** Who is on call on every schedule, one line each. */
export function onCallNowText({ schedules }: OnCallNow, paint: Paint): string {
  if (schedules.length === 0) return "There are no schedules. They stand under `schedules` in plimsoll.yaml.\n";
  const rows = schedules.flatMap((duty) =>
    dutyRows(duty).map(({ bad, cells }): readonly Cell[] =>
      cells.map((text, index) => (index === 1 ? { text, paint: bad ? paint.red : paint.bold } : text)),
    ),
  );
  return textTable(shouted(DUTY), rows, paint.dim);
}

export function onCallNowMarkdown({ schedules }: OnCallNow): string {
  return markdownTable(
    DUTY,
    schedules.flatMap((duty) => dutyRows(duty).map(({ cells }) => cells)),
  );
}

function dutyRows(duty: Duty): readonly { readonly cells: readonly string[]; readonly bad: boolean }[] {
  const next = duty.next === undefined ? "-" : `${namesOf(duty.next.people)} from ${minuteWords(duty.next.from)}`;
  if (duty.people.length === 0) {
    return [
      { cells: [duty.id, NOBODY, duty.next === undefined ? "-" : minuteWords(duty.next.from), "-", next], bad: true },
    ];
  }
  return duty.people.map(({ channels, id, name, reachable, unreachable, until }) => ({
    cells: [
      duty.id,
      name === id ? id : `${name} (${id})`,
      until === undefined ? "-" : minuteWords(until),
      reachable ? channels.join(", ") : `NOT REACHABLE: ${unreachable ?? ""}`,
      next,
    ],
    bad: !reachable,
  }));
}

export function namesOf(people: readonly { readonly name: string }[]): string {
  return people.length === 0 ? NOBODY : people.map(({ name }) => name).join(" and ");
}

const SHIFTS = titled("From (UTC)", "To (UTC)", "Lasts", "On call", "Because");

/** The shifts of a range, gaps among them, and the overrides. */
export function scheduleText(schedule: ScheduleDetail, paint: Paint): string {
  const rows = shiftRows(schedule).map((cells): readonly Cell[] =>
    cells.map((text, index) => (index === 3 ? { text, paint: text === NOBODY ? paint.red : paint.bold } : text)),
  );
  return [
    `${plain(schedule.name)} (${plain(schedule.id)})`,
    "",
    textTable(shouted(SHIFTS), rows, paint.dim),
    gapWords(schedule),
    ...(schedule.overrides.length === 0 ? [] : ["", overridesText(schedule.overrides, paint).trimEnd()]),
    "",
  ].join("\n");
}

export function scheduleMarkdown(schedule: ScheduleDetail): string {
  return [
    `# ${markdownText(schedule.name)}`,
    "",
    markdownTable(SHIFTS, shiftRows(schedule)),
    gapWords(schedule),
    ...(schedule.overrides.length === 0 ? [] : ["", overridesMarkdown(schedule.overrides).trimEnd()]),
    "",
  ].join("\n");
}

function shiftRows({ shifts }: ScheduleDetail): readonly (readonly string[])[] {
  return shifts.map(({ from, people, to }) => [
    minuteWords(from),
    minuteWords(to),
    formatDuration(Date.parse(to) - Date.parse(from)),
    namesOf(people),
    [...new Set(people.flatMap(({ because }) => because.map(reasonWords)))].join("; ") || "-",
  ]);
}

function reasonWords(reason: ScheduleDetail["shifts"][number]["people"][number]["because"][number]): string {
  switch (reason.kind) {
    case "layer":
      return `layer ${reason.layer}`;
    case "temporary":
      return `temporary schedule ${reason.temporary}`;
    case "override":
      return `override ${reason.override}${reason.insteadOf === undefined ? "" : `, instead of ${reason.insteadOf}`}`;
  }
}

function gapWords({ gaps }: ScheduleDetail): string {
  if (gaps.length === 0) return "Somebody is on call all the time.";
  const lengthMs = gaps.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  return `Nobody is on call for ${formatDuration(lengthMs)}, in ${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}.`;
}

const OVERRIDES = titled("Override", "From (UTC)", "To (UTC)", "What", "By", "Reason");

export function overridesText(overrides: readonly ScheduleOverride[], paint: Paint): string {
  return overrides.length === 0
    ? "There are no overrides.\n"
    : textTable(shouted(OVERRIDES), overrides.map(overrideCells), paint.dim);
}

export function overridesMarkdown(overrides: readonly ScheduleOverride[]): string {
  return markdownTable(OVERRIDES, overrides.map(overrideCells));
}

function overrideCells({ author, from, id, reason, to, words }: ScheduleOverride): readonly string[] {
  return [id, minuteWords(from), minuteWords(to), words, author ?? "-", reason ?? "-"];
}

/** What a change comes to, one sentence each. */
export function differenceLines(differences: readonly ScheduleDifferenceBody[]): readonly string[] {
  if (differences.length === 0) return ["Nobody else is on call by it: it changes nothing."];
  return differences.map(({ after, before, from, opensGap, to }) => {
    const span = `${minuteWords(from)} to ${minuteWords(to)} UTC`;
    const was = before.join(" and ") || NOBODY;
    return `${span}: ${after.join(" and ") || NOBODY} instead of ${was}${opensGap ? " (A GAP: nobody would be on call)" : ""}`;
  });
}

/** Who would be paged, one line for each call. */
export function pageLines(pages: readonly PageBody[]): readonly string[] {
  if (pages.length === 0) return ["nobody is paged"];
  return pages.map(({ at, people, step }) => {
    const who = people.map(({ name, sends }) => {
      const how = sends.map((send) => `${send.channel}${send.at === at ? "" : ` at ${minuteWords(send.at)}`}`);
      return `${name} (${how.join(", ") || "NOT REACHABLE"})`;
    });
    return `${minuteWords(at)} ${step === 0 ? "fallback" : `step ${step}`}: ${who.join(" and ") || NOBODY}`;
  });
}

/** An instant to the minute, where it is on one: hand-offs are. */
export function minuteWords(iso: string): string {
  return instantWords(iso).replace(/:00$/, "");
}
