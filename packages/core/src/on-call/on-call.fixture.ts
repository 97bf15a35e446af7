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
