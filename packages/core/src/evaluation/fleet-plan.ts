import type { Slo } from "../slo/slo.js";
import type { SloWindow } from "../slo/slo-window.js";
import { GATE_SIX_HOURS_MS, planRules, type PlannedRule } from "./judgement.js";

/** An SLO and the ledger column that holds its events. */
export type FleetMember = { readonly slo: Slo; readonly column: number };

/** Columns that are summed at a time: the sums of all their windows stay in a core's second-level cache. */
export const FLEET_BLOCK = 1024;

/** A window that some SLO of a block needs: the slot it has in the block's buffers. */
export type WindowSlot =
  | { readonly kind: "length"; readonly lengthMs: number }
  | { readonly kind: "period"; readonly window: SloWindow };

/** A rule with the slots of its windows. */
export type SlottedRule = PlannedRule & { readonly longSlot: number; readonly shortSlot: number };

/** SLOs of a block that share their rules and their period. */
export type FleetGroup = {
  readonly rules: readonly SlottedRule[];
  readonly periodSlot: number;
  /** Places in the block, which is columns less the block's first. */
  readonly places: Uint32Array;
};

/** Neighbouring columns, evaluated together. */
export type FleetBlock = {
  readonly first: number;
  readonly count: number;
  readonly slots: readonly WindowSlot[];
  readonly sixHoursSlot: number;
  readonly groups: readonly FleetGroup[];
  /** Every place that holds an SLO. */
  readonly places: Uint32Array;
};

/** Lays out blocks and groups, so that the inner loop sees numbers only. */
export function planFleet(members: readonly FleetMember[]): readonly FleetBlock[] {
  const byBlock = new Map<number, FleetMember[]>();
  for (const member of members) {
    const block = Math.floor(member.column / FLEET_BLOCK);
    const known = byBlock.get(block);
    if (known === undefined) byBlock.set(block, [member]);
    else known.push(member);
  }
  return [...byBlock].sort(([a], [b]) => a - b).map(([block, inside]) => planBlock(block * FLEET_BLOCK, inside));
}

function planBlock(first: number, members: readonly FleetMember[]): FleetBlock {
  const slots = new SlotTable();
  const sixHoursSlot = slots.ofLength(GATE_SIX_HOURS_MS);
  const groups = new Map<string, { slo: Slo; places: number[] }>();
  for (const { slo, column } of members) {
    const key = JSON.stringify([slo.window, slo.alerting.rules]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { slo, places: [column - first] });
    else known.places.push(column - first);
  }
  const places = Uint32Array.from(members, ({ column }) => column - first).sort();
  const count = places.reduce((most, place) => Math.max(most, place + 1), 0);
  return {
    first,
    count,
    sixHoursSlot,
    groups: [...groups.values()].map(({ slo, places: inGroup }) => ({
      rules: planRules(slo.alerting.rules).map((rule) => ({
        ...rule,
        longSlot: slots.ofLength(rule.longMs),
        shortSlot: slots.ofLength(rule.shortMs),
      })),
      periodSlot: slots.ofPeriod(slo.window),
      places: Uint32Array.from(inGroup),
    })),
    slots: slots.all,
    places,
  };
}

/** Gives each distinct window a slot. */
class SlotTable {
  readonly #slots: WindowSlot[] = [];
  readonly #byKey = new Map<string, number>();

  get all(): readonly WindowSlot[] {
    return this.#slots;
  }

  ofLength(lengthMs: number): number {
    return this.#slot(String(lengthMs), { kind: "length", lengthMs });
  }

  ofPeriod(window: SloWindow): number {
    return window.kind === "rolling"
      ? this.ofLength(window.lengthMs)
      : this.#slot(JSON.stringify(window), { kind: "period", window });
  }

  #slot(key: string, slot: WindowSlot): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.#slots.length);
    return this.#slots.push(slot) - 1;
  }
}
