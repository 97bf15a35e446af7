import { shiftsBetween, whoIsOnCall } from "@plimsoll/core";
import type { Layer, Override, Restriction, RotationUnit, OnCallSchedule } from "@plimsoll/core";
import { medianMs, row, type BenchOptions, type BenchResult } from "./bench-result.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM_MS = Date.UTC(2026, 0, 5);
const TO_MS = FROM_MS + 52 * 7 * DAY_MS;
const LAYERS = 10;
const PEOPLE = 50;
const AIM_MS = 1_000; // 52 weeks of 10 layers of 50 people
const MINUTE_QUESTIONS = 10_000;

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Asia/Beirut",
  "America/Havana",
  "Africa/Cairo",
  "Australia/Lord_Howe",
  "Asia/Tokyo",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "UTC",
];
const PERSON_IDS = Array.from({ length: PEOPLE }, (_, index) => `person-${index}`);

/** Measures how long it takes to resolve a year of a large schedule, whole and instant by instant. */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const runs = options.quick === true ? 3 : 7;
  const rows = [];
  const plans: readonly (readonly [string, () => OnCallSchedule])[] = [
    ["weekly shifts, ten priorities", () => schedule("weekly", 1)],
    ["daily shifts, all on call together", () => schedule("daily", 0)],
    ["hourly shifts, all on call together", () => schedule("hourly", 0)],
    ["hourly shifts with restrictions, holidays, 1,000 overrides", () => busySchedule()],
  ];
  const firstMs = clockOnce(() => shiftsBetween(schedule("weekly", 1), FROM_MS, TO_MS));
  rows.push(row("52 weeks, first question of the process (zones unread)", firstMs, "ms", AIM_MS));
  for (const [name, make] of plans) {
    // A new schedule each time, so that nothing but the zones is remembered.
    const tookMs = medianMs(runs, () => {
      if (shiftsBetween(make(), FROM_MS, TO_MS).length === 0) throw new Error("a year resolved to nothing");
    });
    rows.push(row(`52 weeks, ${name}`, tookMs, "ms", AIM_MS));
    rows.push(row(`52 weeks, ${name}: intervals`, shiftsBetween(make(), FROM_MS, TO_MS).length, "intervals"));
  }
  const asked = busySchedule();
  const instantMs = medianMs(runs, () => {
    for (let index = 0; index < MINUTE_QUESTIONS; index += 1) {
      // Far from each other, so that what was said last is of no use.
      whoIsOnCall(asked, FROM_MS + ((index * 7_919) % (364 * 24)) * HOUR_MS);
    }
  });
  rows.push(row("one instant, busiest schedule", (instantMs * 1_000) / MINUTE_QUESTIONS, "us"));
  return {
    name: "oncall",
    rows,
    notes: [
      `${LAYERS} layers in ${ZONES.length} zones, ${PEOPLE} people in each rotation, ${PEOPLE * LAYERS} turns`,
      "times are medians in processor time of the one thread, from a schedule that was never asked; the first question also reads ten zones",
    ],
  };
}

function clockOnce(act: () => unknown): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function schedule(every: RotationUnit, priorityStep: number, restrictions?: readonly Restriction[]): OnCallSchedule {
  const layers = ZONES.map((zone, index): Layer => {
    const dates = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, "0")}-01`);
    return {
      id: `layer-${index}`,
      priority: index * priorityStep,
      rotation: {
        every,
        start: "2026-01-05",
        handOff: "09:00",
        zone,
        participants: PERSON_IDS,
        ...(restrictions !== undefined && { excluded: { weekdays: [7], dates } }),
      },
      ...(restrictions !== undefined && { restrictions }),
    };
  });
  return { id: "bench", name: "Bench", layers };
}

function busySchedule(): OnCallSchedule {
  const overrides = Array.from({ length: 1_000 }, (_, index): Override => {
    const fromMs = FROM_MS + index * 8 * HOUR_MS;
    const span = { id: `override-${index}`, fromMs, toMs: fromMs + 12 * HOUR_MS };
    const personId = `person-${index % PEOPLE}`;
    return index % 2 === 0
      ? { ...span, kind: "add", personId }
      : { ...span, kind: "replace", personId, withPersonId: `person-${(index + 7) % PEOPLE}` };
  });
  const hours = [
    { weekdays: [1, 2, 3, 4, 5], start: "08:00", end: "20:00" },
    { start: "22:00", end: "06:00" },
  ];
  return { ...schedule("hourly", 0, hours), overrides };
}
