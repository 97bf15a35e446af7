import { appendFileSync, renameSync, statSync } from "node:fs";

// Two such files per process bound the disk that a lab left running for weeks can take.
const LARGEST_FILE_BYTES = 8 * 1024 * 1024;
// Lines are gathered this long, so that a busy process writes a few times a second and not per request.
const FLUSH_MS = 250;

/** Appends JSON lines to one file; a full file becomes `<file>.1` and a new one begins. */
export class AccessLog {
  readonly #path: string;
  #size: number;
  #pending = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(entry: Readonly<Record<string, string | number | undefined>>): void {
    this.#pending += `${JSON.stringify(entry)}\n`;
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes what is gathered; also called at exit. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    if (text === "") return;
    this.#pending = "";
    try {
      if (this.#size > LARGEST_FILE_BYTES) {
        renameSync(this.#path, `${this.#path}.1`);
        this.#size = 0;
      }
      appendFileSync(this.#path, text);
      this.#size += Buffer.byteLength(text);
    } catch (error) {
      // A full disk must not stop the service: the log loses lines, the process log says so.
      console.error(`access log: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
