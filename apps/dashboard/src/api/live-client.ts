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
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
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

const CLOSED = 2; // EventSource.CLOSED
const POLL_MS = 5000;
const RETRY_MS = 2000;
// A stream that is silent for three default slices is dead or its service does not evaluate: either way, look.
const SILENCE_MS = 45_000;

/** Keeps one event stream open, polls when there is none, and knows when the service is gone. */
export function createLiveClient(options: LiveClientOptions): LiveClient {
  const { clearTimer, nowMs, onChange, openStream, ping, setTimer } = options;
  const listeners = new Set<() => void>();
  let state: LiveState = { status: "connecting" };
  let stream: EventStream | undefined;
  let timer: unknown;
  let stopped = true;
  let verifying = false;

  function become(status: LiveStatus, contact: boolean): void {
    const lastContactMs = contact ? nowMs() : state.lastContactMs;
    state = { status, ...(lastContactMs === undefined ? {} : { lastContactMs }) };
    for (const listener of listeners) listener();
  }

  function schedule(afterMs: number): void {
    clearTimer(timer);
    timer = setTimer(() => void look(), afterMs);
  }

  function heard(data: string): void {
    const event = parseEvent(data);
    become("live", true);
    schedule(SILENCE_MS);
    onChange(event?.type ?? "all");
  }

  function open(): void {
    stream?.close();
    const opened = openStream();
    stream = opened;
    opened.onopen = () => {
      // Whatever happened while there was no stream was missed.
      const missed = state.status !== "connecting";
      become("live", true);
      schedule(SILENCE_MS);
      if (missed) onChange("all");
    };
    opened.onerror = () => {
      if (stream === opened) void look();
    };
    for (const type of ["evaluated", "incident"] as const) {
      opened.addEventListener(type, ({ data }) => heard(data));
    }
  }

  async function look(): Promise<void> {
    if (stopped || verifying) return;
    verifying = true;
    const silent = state.status === "live" && nowMs() - (state.lastContactMs ?? 0) >= SILENCE_MS;
    const reached = await ping();
    verifying = false;
    if (stopped) return;
    if (!reached) {
      become("lost", false);
      if (stream?.readyState === CLOSED) open();
      schedule(RETRY_MS);
      return;
    }
    const streaming = stream?.readyState === 1 && !silent;
    become(streaming ? "live" : "polling", true);
    schedule(streaming ? SILENCE_MS : POLL_MS);
    onChange("all");
    if (!streaming && stream?.readyState !== 0) open();
  }

  return {
    start() {
      stopped = false;
      open();
      schedule(POLL_MS);
    },
    stop() {
      stopped = true;
      clearTimer(timer);
      stream?.close();
      stream = undefined;
    },
    verify: () => void look(),
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function parseEvent(data: string): LiveEvent | undefined {
  try {
    const value = JSON.parse(data) as unknown;
    return liveEventShape(value, "") === undefined ? (value as LiveEvent) : undefined;
  } catch {
    return undefined;
  }
}
