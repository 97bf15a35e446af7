/**
 * Reads what ByteWriter wrote. It never throws: past the end, or where a number makes no sense, it gives 0 and
 * `intact` turns false, so a parser checks once.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #intact = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get intact(): boolean {
    return this.#intact;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      // Eight groups of seven bits hold 2^53 and more; a ninth is no number of ours.
      if (byte === undefined || scale > 2 ** 49) return this.#broken();
      this.#at += 1;
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
      scale *= 128;
    }
  }

  signed(): number {
    const coded = this.unsigned();
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  double(): number {
    const end = this.#at + 8;
    if (end > this.#bytes.length) return this.#broken();
    const value = this.#view.getFloat64(this.#at, true);
    this.#at = end;
    return Number.isFinite(value) ? value : this.#broken();
  }

  text(): string {
    let value = "";
    for (let left = this.unsigned(); left > 0 && this.#intact; left -= 1) value += String.fromCharCode(this.unsigned());
    return value;
  }

  #broken(): number {
    this.#intact = false;
    this.#at = this.#bytes.length;
    return 0;
  }
}
