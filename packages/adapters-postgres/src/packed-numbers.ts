/** Columns of numbers as bytes: exact, and small where neighbours are alike. */

/** Grows as it is written; what is written is taken once. */
export type NumberWriter = {
  column(values: Float64Array): void;
  byte(value: number): void;
  take(): Uint8Array;
};

/** Reads what a writer wrote; throws RangeError for bytes that no writer writes. */
export type NumberReader = {
  column(count: number): Float64Array;
  byte(): number;
  /** Throws unless everything was read. */
  end(): void;
};

// How a column is written. All steps equal: the first value and the step. Whole numbers: each as its step from the one
// before. Anything else: as PostgreSQL's float8send writes it, so that a migration can write it in SQL.
const EQUAL_STEPS = 0;
const STEPS = 1;
const DOUBLES = 2;

// A whole number below 2^53 takes at most eight bytes, a double eight.
const MOST_BYTES = 8;

/** Makes a writer with room for so many numbers in so many columns. */
export function createNumberWriter(numbers: number, columns: number): NumberWriter {
  const bytes = Buffer.allocUnsafe(1 + columns * (1 + 2 * MOST_BYTES) + numbers * MOST_BYTES);
  let at = 0;
  const integer = (value: number): void => {
    let rest = Math.abs(value);
    // The lowest bit of the first byte is the sign; the highest of each byte says that another follows.
    const low = rest % 64;
    rest = (rest - low) / 64;
    bytes[at] = (low << 1) | (value < 0 ? 1 : 0) | (rest > 0 ? 128 : 0);
    at += 1;
    while (rest > 0) {
      const part = rest % 128;
      rest = (rest - part) / 128;
      bytes[at] = part | (rest > 0 ? 128 : 0);
      at += 1;
    }
  };
  const byte = (value: number): void => {
    bytes[at] = value;
    at += 1;
  };
  return {
    byte,
    column(values) {
      const form = formOf(values);
      byte(form);
      const first = values[0] ?? 0;
      if (form === EQUAL_STEPS) {
        integer(first);
        integer((values[1] ?? first) - first);
      } else if (form === STEPS) {
        let before = 0;
        for (const value of values) {
          integer(value - before);
          before = value;
        }
      } else for (const value of values) at = bytes.writeDoubleBE(value, at);
    },
    take: () => bytes.subarray(0, at),
  };
}

function formOf(values: Float64Array): number {
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  let before = 0;
  let equal = true;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    // Minus zero would lose its sign, and a step of more than 2^53 its last digits.
    if (!Number.isSafeInteger(value) || !Number.isSafeInteger(value - before) || Object.is(value, -0)) return DOUBLES;
    if (index > 0 && value - before !== step) equal = false;
    before = value;
  }
  return equal ? EQUAL_STEPS : STEPS;
}

/** Makes a reader of what a writer took. */
export function createNumberReader(bytes: Buffer): NumberReader {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at];
    if (value === undefined) throw new RangeError(`the bytes end at ${at}, in the middle of a column`);
    at += 1;
    return value;
  };
  const integer = (): number => {
    let part = byte();
    const isNegative = part & 1;
    let value = (part & 127) >> 1;
    let scale = 64;
    while (part >= 128) {
      part = byte();
      value += (part & 127) * scale;
      scale *= 128;
    }
    return isNegative === 1 ? -value : value;
  };
  return {
    byte,
    column(count) {
      const form = byte();
      const values = new Float64Array(count);
      if (form === EQUAL_STEPS) {
        const first = integer();
        const step = integer();
        for (let index = 0; index < count; index += 1) values[index] = first + index * step;
      } else if (form === STEPS) {
        let before = 0;
        for (let index = 0; index < count; index += 1) values[index] = before += integer();
      } else if (form === DOUBLES) {
        if (at + count * MOST_BYTES > bytes.length)
          throw new RangeError(`${count} doubles do not fit after byte ${at}`);
        for (let index = 0; index < count; index += 1, at += MOST_BYTES) values[index] = bytes.readDoubleBE(at);
      } else throw new RangeError(`a column of the unknown form ${form}`);
      return values;
    },
    end() {
      if (at !== bytes.length) throw new RangeError(`${bytes.length - at} bytes too many`);
    },
  };
}
