import { liveEventShape } from "./answer-shapes.js";
import type { LiveEvent } from "./answers.js";
import type { Topic } from "./resources.js";

/** How this page hears of changes. `lost`: it does not, and what it shows is old. */
export type LiveStatus = "connecting" | "live" | "polling" | "lost";

export type LiveState = {
  readonly status: LiveStatus;
  /** When the service was last heard, by this machine's clock. */
  readonly lastContactMs?: number;
};

/** The part of EventSource that is used. */
export type EventStream = {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
};

export type LiveClientOptions = {
  readonly openStream: () => EventStream;
  /** Whether the service answers a plain question. */
  readonly ping: () => Promise<boolean>;
  readonly onChange: (topic: Topic | "all") => void;
  readonly nowMs: () => number;
  readonly setTimer: (action: () => void, afterMs: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
};

export type LiveClient = {
  start(): void;
  stop(): void;
  /** Looks at once, for when the machine wakes up or an answer failed to come. */
  verify(): void;
  state(): LiveState;
  subscribe(listener: () => void): () => void;
};

// As EventSource numbers them.
const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;
const POLL_MS = 5000;
const RETRY_MS = 2000;
// A stream that is silent for three default slices is dead or its service does not evaluate: either way, look.
const SILENCE_MS = 45_000;

/** Keeps one event stream open, polls when there is none, and knows when the service is gone. */
export function createLiveClient(options: LiveClientOptions): LiveClient {
  return new StreamingClient(options);
}

class StreamingClient implements LiveClient {
  readonly #options: LiveClientOptions;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { status: "connecting" };
  #stream: EventStream | undefined;
  #timer: unknown;
  #stopped = true;
  #looking = false;

  constructor(options: LiveClientOptions) {
    this.#options = options;
  }

  readonly state = (): LiveState => this.#state;

  readonly verify = (): void => void this.#look();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    this.#stopped = false;
    this.#open();
    this.#schedule(POLL_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#options.clearTimer(this.#timer);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    this.#stream?.close();
    const stream = this.#options.openStream();
    this.#stream = stream;
    stream.addEventListener("open", () => {
      // Whatever happened while there was no stream was missed.
      const missed = this.#state.status !== "connecting";
      this.#become("live", true);
      this.#schedule(SILENCE_MS);
      if (missed) this.#options.onChange("all");
    });
    stream.addEventListener("error", () => {
      if (this.#stream === stream) void this.#look();
    });
    for (const type of ["evaluated", "incident"] as const) {
      stream.addEventListener(type, ({ data }) => {
        this.#become("live", true);
        this.#schedule(SILENCE_MS);
        this.#options.onChange(parseEvent(data)?.type ?? "all");
      });
    }
  }

  /** Asks the service itself, and draws the conclusions. */
  async #look(): Promise<void> {
    if (this.#stopped || this.#looking) return;
    this.#looking = true;
    const { nowMs, onChange, ping } = this.#options;
    const silent = this.#state.status === "live" && nowMs() - (this.#state.lastContactMs ?? 0) >= SILENCE_MS;
    const reached = await ping();
    this.#looking = false;
    if (this.#stopped) return;
    if (!reached) {
      this.#become("lost", false);
      if (this.#stream?.readyState === CLOSED) this.#open();
      this.#schedule(RETRY_MS);
      return;
    }
    const streaming = this.#stream?.readyState === OPEN && !silent;
    this.#become(streaming ? "live" : "polling", true);
    this.#schedule(streaming ? SILENCE_MS : POLL_MS);
    onChange("all");
    if (!streaming && this.#stream?.readyState !== CONNECTING) this.#open();
  }

  #become(status: LiveStatus, contact: boolean): void {
    const lastContactMs = contact ? this.#options.nowMs() : this.#state.lastContactMs;
    this.#state = { status, ...(lastContactMs === undefined ? {} : { lastContactMs }) };
    for (const listener of this.#listeners) listener();
  }

  #schedule(afterMs: number): void {
    this.#options.clearTimer(this.#timer);
    this.#timer = this.#options.setTimer(this.verify, afterMs);
  }
}

function parseEvent(data: string): LiveEvent | undefined {
  try {
    const value = JSON.parse(data) as unknown;
    return liveEventShape(value, "") === undefined ? (value as LiveEvent) : undefined;
  } catch {
    return undefined;
  }
}
