/** What became of a ping. `reason` never holds a token or an address with one. */
export type DeadManOutcome =
  | { readonly kind: "pinged" }
  | { readonly kind: "failed"; readonly retryable: boolean; readonly reason: string };

/** Tells a service elsewhere that paging still works; its silence is that service's alarm. Never throws for what the network does. */
export interface DeadMan {
  ping(): Promise<DeadManOutcome>;
}
