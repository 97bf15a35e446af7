import { open, readdir, readFile, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

/** Where rows and what is not a row go. */
export type SnapshotSink = {
  row(row: unknown, place: RowPlace): void;
  malformed(reason: string, place: RowPlace): void;
};

/** Where something stands: a line of an NDJSON file, the number of a row in a JSON file. */
export type RowPlace = { readonly file: string; readonly line: number; readonly text: string };

/** Whether the files could be looked at. */
export type ScanOutcome = { readonly kind: "scanned" } | { readonly kind: "unreadable"; readonly reason: string };

/** How far a file has been read. */
type FileState = {
  readonly inode: bigint;
  modifiedNs: bigint;
  size: number;
  /** The next byte to read. */
  offset: number;
  /** The bytes before the offset, which show whether the file is still the one that was read. */
  signature: Buffer;
  /** The beginning of a line whose end is not written yet. */
  rest: Buffer;
  lines: number;
  /** The version of a JSON file that did not parse, which may just not be complete yet. */
  unparsed?: string;
};

type FileFacts = { readonly path: string; readonly inode: bigint; readonly modifiedNs: bigint; readonly size: number };

const CHUNK_BYTES = 1_048_576;
const LONGEST_LINE_BYTES = 1_048_576;
const LONGEST_JSON_BYTES = 268_435_456;
const SIGNATURE_BYTES = 64;
const LINE_EXTENSIONS: ReadonlySet<string> = new Set([".ndjson", ".jsonl"]);
const NEWLINE = 10;

/**
 * Reads a file or a folder again and again, each byte once: goes on where it stopped, keeps half a line until the rest
 * comes, starts over when a file was cut or replaced, and finishes the old file when it was renamed.
 */
export class SnapshotFiles {
  readonly #path: string;
  readonly #sink: SnapshotSink;
  readonly #states = new Map<string, FileState>();

  constructor(path: string, sink: SnapshotSink) {
    this.#path = path;
    this.#sink = sink;
  }

  async scan(): Promise<ScanOutcome> {
    try {
      for (const path of await this.#paths()) await this.#visit(path);
      return { kind: "scanned" };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      return {
        kind: "unreadable",
        reason: `${this.#path} cannot be read (${code}); check the path and who may read it`,
      };
    }
  }

  async #paths(): Promise<readonly string[]> {
    const facts = await stat(this.#path);
    if (!facts.isDirectory()) return [this.#path];
    const names = await readdir(this.#path);
    return names
      .filter((name) => name.endsWith(".json") || LINE_EXTENSIONS.has(extname(name)))
      .sort()
      .map((name) => join(this.#path, name));
  }

  async #visit(path: string): Promise<void> {
    let facts: FileFacts;
    try {
      facts = await factsOf(path);
    } catch (error) {
      // In a folder a file may go between being listed and being opened; the one file that was named may not.
      if ((error as NodeJS.ErrnoException).code === "ENOENT" && path !== this.#path) return;
      throw error;
    }
    const known = this.#states.get(path);
    const isSame =
      known !== undefined &&
      known.inode === facts.inode &&
      known.size === facts.size &&
      known.modifiedNs === facts.modifiedNs;
    if (isSame && known.unparsed === undefined) return;
    if (extname(path) === ".json") await this.#readJson(facts, known);
    else await this.#readLines(facts, known);
  }

  async #readJson(facts: FileFacts, known: FileState | undefined): Promise<void> {
    const { path } = facts;
    const state = newState(facts);
    this.#states.set(path, state);
    if (facts.size > LONGEST_JSON_BYTES) {
      this.#sink.malformed("the file is longer than 256 MiB; write NDJSON", { file: path, line: 1, text: "" });
      return;
    }
    const rows = parseJson(await readFile(path, "utf8"));
    if (rows !== undefined) {
      for (const [index, row] of rows.entries())
        this.#sink.row(row, { file: path, line: index + 1, text: excerpt(JSON.stringify(row)) });
      return;
    }
    const version = `${facts.inode}:${facts.modifiedNs}:${facts.size}`;
    if (known?.unparsed === version) this.#sink.malformed("the file is not JSON", { file: path, line: 1, text: "" });
    else state.unparsed = version; // it may be written just now: judged when it has not changed by the next look
  }

  async #readLines(facts: FileFacts, known: FileState | undefined): Promise<void> {
    const { path } = facts;
    const file = await open(path, "r");
    try {
      let state =
        known !== undefined && known.inode === facts.inode && (await isContinued(file, known, facts))
          ? known
          : undefined;
      if (state === undefined) {
        if (known !== undefined && known.inode !== facts.inode) await this.#finishRenamed(path, known);
        state = newState(facts);
        this.#states.set(path, state);
      }
      await this.#readOn(file, path, state);
      state.size = facts.size;
      state.modifiedNs = facts.modifiedNs;
    } finally {
      await file.close();
    }
  }

  /** A log that was rotated has its last lines under another name in the same folder. */
  async #finishRenamed(path: string, known: FileState): Promise<void> {
    const folder = dirname(path);
    for (const name of await readdir(folder)) {
      const sibling = join(folder, name);
      const facts = await factsOf(sibling).catch(() => undefined);
      if (facts === undefined || facts.inode !== known.inode || sibling === path) continue;
      const file = await open(sibling, "r");
      try {
        if (await isContinued(file, known, facts)) await this.#readOn(file, path, known);
        this.#states.set(sibling, { ...known, size: facts.size, modifiedNs: facts.modifiedNs });
      } finally {
        await file.close();
      }
      return;
    }
  }

  async #readOn(file: FileHandle, path: string, state: FileState): Promise<void> {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, state.offset);
      if (bytesRead === 0) break;
      const bytes = chunk.subarray(0, bytesRead);
      state.offset += bytesRead;
      state.signature = Buffer.concat([state.signature, bytes]).subarray(-SIGNATURE_BYTES);
      this.#takeBytes(Buffer.concat([state.rest, bytes]), path, state);
    }
    // A script may leave out the last newline. A closing bracket shows that nothing of the object is missing.
    const last = state.rest.toString("utf8").trim();
    if (last.endsWith("}") && parsedOrUndefined(last) !== undefined) {
      this.#takeLine(last, path, state.lines + 1);
      state.rest = Buffer.alloc(0);
    }
  }

  #takeBytes(bytes: Buffer, path: string, state: FileState): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      state.lines += 1;
      this.#takeLine(bytes.toString("utf8", start, end), path, state.lines);
      start = end + 1;
    }
    state.rest = Buffer.from(bytes.subarray(start));
    if (state.rest.length <= LONGEST_LINE_BYTES) return;
    this.#sink.malformed("the line is longer than 1 MiB", { file: path, line: state.lines + 1, text: "" });
    state.rest = Buffer.alloc(0);
  }

  #takeLine(line: string, file: string, number: number): void {
    const text = line.replace(/^\uFEFF/, "").trim();
    if (text === "") return;
    const place = { file, line: number, text: excerpt(text) };
    const row = parsedOrUndefined(text);
    if (row === undefined) this.#sink.malformed("the line is not JSON", place);
    else this.#sink.row(row, place);
  }
}

async function factsOf(path: string): Promise<FileFacts> {
  const { ino, mtimeNs, size } = await stat(path, { bigint: true });
  return { path, inode: ino, modifiedNs: mtimeNs, size: Number(size) };
}

function newState({ inode, modifiedNs, size }: FileFacts): FileState {
  return { inode, modifiedNs, size, offset: 0, signature: Buffer.alloc(0), rest: Buffer.alloc(0), lines: 0 };
}

/** Whether the file still begins with what was read of it. Written again at the same length counts as a new file. */
async function isContinued(file: FileHandle, { offset, signature }: FileState, facts: FileFacts): Promise<boolean> {
  if (facts.size < offset) return false;
  const found = Buffer.alloc(signature.length);
  const { bytesRead } = await file.read(found, 0, found.length, offset - found.length);
  return bytesRead === signature.length && found.equals(signature);
}

function parseJson(text: string): readonly unknown[] | undefined {
  const parsed = parsedOrUndefined(text.replace(/^\uFEFF/, ""));
  if (parsed === undefined) return undefined;
  if (isList(parsed)) return parsed;
  const rows = typeof parsed === "object" && parsed !== null ? (parsed as { rows?: unknown }).rows : undefined;
  return isList(rows) ? rows : [parsed];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** The name by which queries call a file. */
export function fileName(path: string): string {
  return basename(path);
}
