/** Names and values that say what an alert is about. A label with an empty value is the same as none. */
export type Labels = { readonly [name: string]: string };

/** Reads a label; one that is not there is empty. Safe for names that every object has, such as `constructor`. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : "";
}

/**
 * Names a set of labels: 64-bit FNV-1a over the names and values in the order of their names, each ended by the byte
 * 0xff, as 16 hexadecimal digits. The same as the fingerprint that Alertmanager shows, whatever order they came in.
 */
export function labelFingerprint(labels: Labels): string {
  const hash = newHash();
  for (const name of Object.keys(labels).sort(byCodePoint)) {
    addText(hash, name);
    addByte(hash, SEPARATOR);
    addText(hash, labelOf(labels, name));
    addByte(hash, SEPARATOR);
  }
  return hex(hash.high) + hex(hash.low);
}

/** Writes labels for people, in the order of their names: `{alertname="Down", job="web"}`. */
export function formatLabels(labels: Labels): string {
  const names = Object.keys(labels).sort(byCodePoint);
  return `{${names.map((name) => `${name}=${JSON.stringify(labelOf(labels, name))}`).join(", ")}}`;
}

const SEPARATOR = 0xff; // no byte of UTF-8, so that no two sets of labels are written alike

// 64 bits as two halves: BigInt is an order of magnitude slower, and every alert is hashed.
type Hash = { high: number; low: number };

// Offset basis and prime of 64-bit FNV (draft-eastlake-fnv); the prime is 2^40 + 0x1b3.
function newHash(): Hash {
  return { high: 0xcbf29ce4, low: 0x84222325 };
}

const PRIME_LOW = 0x1b3;

function addByte(hash: Hash, byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * PRIME_LOW; // under 2^41: exact
  const carry = Math.floor(product / 0x1_0000_0000);
  hash.high = (Math.imul(hash.high, PRIME_LOW) + carry + (low << 8)) >>> 0;
  hash.low = product >>> 0;
}

function addText(hash: Hash, text: string): void {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) addByte(hash, code);
    else for (const byte of utf8(code)) addByte(hash, byte);
  }
}

function utf8(code: number): readonly number[] {
  // Half of a surrogate pair has no place in UTF-8; what stands for it is the replacement character.
  if (code >= 0xd800 && code <= 0xdfff) return [0xef, 0xbf, 0xbd];
  const last = 0x80 | (code & 0x3f);
  if (code < 0x800) return [0xc0 | (code >> 6), last];
  const third = 0x80 | ((code >> 6) & 0x3f);
  if (code < 0x10000) return [0xe0 | (code >> 12), third, last];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), third, last];
}

// By code points, as bytes of UTF-8 are in order: JavaScript's own order puts surrogate pairs before U+E000.
function byCodePoint(a: string, b: string): number {
  const others = b[Symbol.iterator]();
  for (const character of a) {
    const other = others.next();
    if (other.done === true) return 1;
    const difference = (character.codePointAt(0) as number) - (other.value.codePointAt(0) as number);
    if (difference !== 0) return difference;
  }
  return -1; // `a` begins `b`; names of one set are never equal
}

function hex(half: number): string {
  return half.toString(16).padStart(8, "0");
}
