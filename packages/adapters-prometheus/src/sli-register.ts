import type { SliRequest } from "@plimsoll/core";

/** Keeps what a source has worked out for each SLI, as long as its query stays what it was. */
export class SliRegister<Entry> {
  readonly #entries = new Map<string, { query: unknown; text: string; entry: Entry }>();
  readonly #make: (request: SliRequest) => Entry;

  constructor(make: (request: SliRequest) => Entry) {
    this.#make = make;
  }

  /** The entry of the request's SLO; a new one when the query differs from the one before. */
  of(request: SliRequest): Entry {
    const { query } = request.sli.selector;
    const known = this.#entries.get(request.sloId);
    if (known !== undefined && known.query === query) return known.entry;
    const text = JSON.stringify([request.sli, request.sliceMs]);
    if (known !== undefined && known.text === text) {
      known.query = query;
      return known.entry;
    }
    const entry = this.#make(request);
    this.#entries.set(request.sloId, { query, text, entry });
    return entry;
  }
}
