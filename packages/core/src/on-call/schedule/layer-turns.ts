import { restrictionHours } from "./restriction-hours.js";
import { rotationTurns } from "./rotation-turns.js";
import type { Layer, OnCallReason } from "./schedule.js";

/** Whom a layer puts on call, and for how long at least it does not change; undefined is nobody. */
export type LayerSpan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly onCall: { readonly personId: string; readonly reason: OnCallReason } | undefined;
};

const ALL_WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** Tells whether a layer could ever have somebody on call, as far as its lists tell. */
export function canSpeak({ rotation }: Layer): boolean {
  const weekdays = rotation.excluded?.weekdays;
  return (
    rotation.participants.length > 0 &&
    !(weekdays !== undefined && ALL_WEEKDAYS.every((weekday) => weekdays.includes(weekday)))
  );
}

/** Works out whom a layer puts on call: its rotation within its restrictions. The latest span is remembered. */
export function layerTurns(layer: Layer): (atMs: number) => LayerSpan {
  const turnAt = rotationTurns(layer.rotation);
  const { restrictions = [] } = layer;
  const hoursAt = restrictions.length === 0 ? undefined : restrictionHours(restrictions, layer.rotation.zone);
  let latest: LayerSpan = { fromMs: 0, toMs: 0, onCall: undefined };
  return (atMs) => {
    if (latest.fromMs <= atMs && atMs < latest.toMs) return latest;
    const turn = turnAt(atMs);
    const hours = hoursAt?.(atMs) ?? { fromMs: turn.fromMs, toMs: turn.toMs, isOpen: true };
    latest = {
      fromMs: Math.max(turn.fromMs, hours.fromMs),
      toMs: Math.min(turn.toMs, hours.toMs),
      onCall:
        turn.shift === undefined || !hours.isOpen
          ? undefined
          : {
              personId: turn.shift.personId,
              reason: {
                kind: "layer",
                layerId: layer.id,
                shiftFromMs: turn.shift.fromMs,
                shiftToMs: turn.shift.toMs,
              },
            },
    };
    return latest;
  };
}
