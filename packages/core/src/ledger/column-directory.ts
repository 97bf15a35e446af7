/** A column's entry: which SLO it belongs to, and since when slices of it are expected. */
export type ColumnEntry = { readonly key: string; readonly birthMs: number };

/** Knows which column belongs to which key, and since when each is expected to be measured. */
export class ColumnDirectory {
  readonly #keys: (string | undefined)[] = [];
  readonly #births: number[] = [];
  readonly #columns = new Map<string, number>();
  /** Descending, so that the lowest free column is taken first and the same calls give the same columns. */
  #free: number[] = [];

  /** One more than the highest column that was ever given out. */
  get columns(): number {
    return this.#keys.length;
  }

  get inUse(): number {
    return this.#columns.size;
  }

  add(key: string, birthMs: number): number {
    if (this.#columns.has(key)) throw new RangeError(`"${key}" has a column already; remove it first`);
    const column = this.#free.pop() ?? this.#keys.length;
    this.#take(column, { key, birthMs });
    return column;
  }

  /** Puts an entry behind the last column, past any free one; for restoring. */
  append(entry: ColumnEntry): void {
    this.#take(this.#keys.length, entry);
  }

  /** Puts a free column behind the last; restoring keeps holes where they were. */
  addHole(): void {
    this.#free.unshift(this.#keys.length);
    this.#keys.push(undefined);
    this.#births.push(Infinity);
  }

  remove(column: number): void {
    this.#columns.delete(this.entry(column).key);
    this.#keys[column] = undefined;
    this.#births[column] = Infinity;
    this.#free = [...this.#free, column].sort((a, b) => b - a);
  }

  columnOf(key: string): number | undefined {
    return this.#columns.get(key);
  }

  isInUse(column: number): boolean {
    return this.#keys[column] !== undefined;
  }

  /** Throws RangeError when the column is not in use. */
  entry(column: number): ColumnEntry {
    const key = this.#keys[column];
    if (key === undefined) throw new RangeError(`column ${column} is not in use; add it first`);
    return { key, birthMs: this.birthMs(column) };
  }

  /** Infinity for a column that is not in use: nothing is expected of it. For columns below `columns` only. */
  birthMs(column: number): number {
    return this.#births[column] as number;
  }

  setBirth(column: number, birthMs: number): void {
    this.#births[column] = birthMs;
  }

  #take(column: number, entry: ColumnEntry): void {
    this.#keys[column] = entry.key;
    this.#births[column] = entry.birthMs;
    this.#columns.set(entry.key, column);
  }
}
