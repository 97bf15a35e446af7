import type { Layer, Rotation, OnCallSchedule } from "./schedule/schedule.js";

/** An instant, by its ISO text. */
export const at = (text: string): number => Date.parse(text);

/** A rotation of ada, ben and cy that hands off at 09:00 in Berlin. */
export function rotation(changes: Partial<Rotation> = {}): Rotation {
  return {
    every: "weekly",
    start: "2026-01-05",
    handOff: "09:00",
    zone: "Europe/Berlin",
    participants: ["ada", "ben", "cy"],
    ...changes,
  };
}

/** A layer with such a rotation. */
export function layer(id: string, changes: Partial<Rotation> = {}, rest: Omit<Partial<Layer>, "rotation"> = {}): Layer {
  return { id, rotation: rotation(changes), ...rest };
}

/** A schedule of these layers. */
export function schedule(layers: readonly Layer[], rest: Partial<OnCallSchedule> = {}): OnCallSchedule {
  return { id: "payments", name: "Payments", layers, ...rest };
}

const MUTANT_SHARE = 50;

/**
 * How many of so many runs or zones to take: all of them, but one in fifty while a mutation test runs the suite once for each
 * mutant.
 */
export function affordable(count: number): number {
  return Math.ceil(count / (1 + (MUTANT_SHARE - 1) * Number("__stryker__" in globalThis)));
}
