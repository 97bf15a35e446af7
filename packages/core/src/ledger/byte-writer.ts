/** Integers of this size and less survive zigzag coding in a double. */
export const MOST_SIGNED = 2 ** 51;

/** Appends numbers and text to a growing run of bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Seven bits a byte, low first (LEB128), for integers from 0 to 2^53. */
  unsigned(value: number): void {
    this.#need(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Zigzag, so that small negative numbers stay short; to MOST_SIGNED either way. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(value: number): void {
    this.#need(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  word(value: number): void {
    this.#need(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** UTF-16 code units, each a varint: any string comes back as it was. */
  text(value: string): void {
    this.unsigned(value.length);
    for (let i = 0; i < value.length; i += 1) this.unsigned(value.charCodeAt(i));
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #need(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const wider = new Uint8Array(this.#bytes.length * 2);
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}
