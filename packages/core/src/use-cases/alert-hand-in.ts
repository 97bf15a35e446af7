import type { Entry, StreamEntries } from "./journal.js";

/** Begins the names of the streams of who handed alerts in: one for each door. */
export const HAND_IN_PREFIX = "alert-hand-in/";

/** Who handed alerts in, and by what: what the audit trail keeps of it beside the alerts' own events. */
export type AlertHandIn = {
  readonly actor: string;
  /** The door that they came by, such as `prometheus` or `webhook/grafana`. */
  readonly via: string;
  /** The address that the request came from, where it came over a network. */
  readonly address?: string;
  /** SHA-256 of the body's bytes, in hex. */
  readonly bodyHash: string;
};

/** One hand-in, and how many alerts it brought and changed. */
export type CountedHandIn = { readonly handIn: AlertHandIn; readonly alerts: number; readonly stored: number };

/**
 * Writes down who handed in what is stored in one transaction: an entry for each of them by each door, however many of their
 * requests came at a time. What changed nothing, as it was known already, is no write.
 */
export function handInEntries(handedIn: readonly CountedHandIn[], atMs: number): readonly StreamEntries[] {
  const together = new Map<string, [CountedHandIn, ...CountedHandIn[]]>();
  for (const one of handedIn) {
    if (one.stored === 0) continue;
    const { actor, address, via } = one.handIn;
    const whose = JSON.stringify([via, actor, address]);
    const known = together.get(whose);
    if (known === undefined) together.set(whose, [one]);
    else known.push(one);
  }
  const streams = new Map<string, readonly Entry[]>();
  for (const group of together.values()) {
    const { actor, address, via } = group[0].handIn;
    const data = {
      ...(address === undefined ? {} : { address }),
      alerts: group.reduce((sum, { alerts }) => sum + alerts, 0),
      stored: group.reduce((sum, { stored }) => sum + stored, 0),
      bodies: group.map(({ handIn }) => handIn.bodyHash),
    };
    const stream = `${HAND_IN_PREFIX}${via}`;
    streams.set(stream, [...(streams.get(stream) ?? []), { type: "alerts.handed-in", atMs, actor, data }]);
  }
  return [...streams].map(([stream, entries]) => ({ stream, entries }));
}
