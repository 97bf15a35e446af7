import { describe, expect, test } from "vitest";
import { createLiveClient, type EventStream } from "./live-client.js";
import type { Topic } from "./resources.js";

class FakeStream implements EventStream {
  readyState = 0;
  closed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
    this.readyState = 2;
  }
  opens(): void {
    this.readyState = 1;
    this.sends("open", "");
  }
  fails(readyState: 0 | 2): void {
    this.readyState = readyState;
    this.sends("error", "");
  }
  sends(type: string, data: string): void {
    this.#listeners.get(type)?.({ data } as MessageEvent<string>);
  }
}

const AT = "2026-11-21T03:00:00.000Z";

function world() {
  const streams: FakeStream[] = [];
  const changes: (Topic | "all")[] = [];
  const timers: { readonly dueMs: number; readonly action: () => void }[] = [];
  const state = { nowMs: 1000, reached: true };
  const client = createLiveClient({
    openStream: () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    },
    ping: () => Promise.resolve(state.reached),
    onChange: (topic) => changes.push(topic),
    nowMs: () => state.nowMs,
    setTimer: (action, afterMs) => {
      const timer = { dueMs: state.nowMs + afterMs, action };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      const index = timers.indexOf(timer as (typeof timers)[number]);
      if (index >= 0) timers.splice(index, 1);
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  /** Lets time pass, timer by timer. */
  const pass = async (ms: number) => {
    const untilMs = state.nowMs + ms;
    for (;;) {
      const due = timers.filter(({ dueMs }) => dueMs <= untilMs).toSorted((one, other) => one.dueMs - other.dueMs)[0];
      if (due === undefined) break;
      timers.splice(timers.indexOf(due), 1);
      state.nowMs = due.dueMs;
      due.action();
      await settle();
    }
    state.nowMs = untilMs;
  };
  const stream = () => streams.at(-1) ?? expect.fail("no stream was opened");
  return { client, streams, stream, changes, state, pass, settle };
}

describe("the live client", () => {
  test("is live once the stream is open, and hands on what changed", () => {
    const { changes, client, stream } = world();
    client.start();
    expect(client.state().status).toBe("connecting");
    stream().opens();
    stream().sends("evaluated", JSON.stringify({ type: "evaluated", at: AT, changed: [] }));
    stream().sends("incident", JSON.stringify({ type: "incident", at: AT, id: "inc-1" }));
    expect(client.state()).toEqual({ status: "live", lastContactMs: 1000 });
    expect(changes).toEqual(["evaluated", "incident"]);
  });

  test("takes an event that it does not understand for a change of everything", () => {
    const { changes, client, stream } = world();
    client.start();
    stream().opens();
    stream().sends("evaluated", "not JSON");
    expect(changes).toEqual(["all"]);
  });

  test("polls while the service answers but gives no stream, and tries the stream again", async () => {
    const { changes, client, pass, settle, stream, streams } = world();
    client.start();
    stream().fails(2);
    await settle();
    expect(client.state().status).toBe("polling");
    expect(streams).toHaveLength(2);
    await pass(5000);
    expect(changes).toEqual(["all", "all"]);
    stream().opens();
    expect(client.state().status).toBe("live");
  });

  test("says that the connection is lost, as of when it last heard, and recovers by itself", async () => {
    const { changes, client, pass, settle, state, stream } = world();
    client.start();
    stream().opens();
    state.nowMs = 8000;
    stream().sends("evaluated", JSON.stringify({ type: "evaluated", at: AT, changed: [] }));
    state.reached = false;
    state.nowMs = 9000;
    stream().fails(0);
    await settle();
    expect(client.state()).toEqual({ status: "lost", lastContactMs: 8000 });
    await pass(6000);
    expect(client.state()).toEqual({ status: "lost", lastContactMs: 8000 });
    state.reached = true;
    stream().opens();
    expect(client.state().status).toBe("live");
    expect(changes).toEqual(["evaluated", "all"]);
  });

  test("recovers by asking too, when the browser has given the stream up", async () => {
    const { changes, client, pass, settle, state, stream, streams } = world();
    client.start();
    stream().opens();
    state.reached = false;
    stream().fails(2);
    await settle();
    expect(client.state().status).toBe("lost");
    state.reached = true;
    await pass(2000);
    expect(client.state().status).toBe("polling");
    expect(changes).toEqual(["all"]);
    expect(streams.length).toBeGreaterThan(1);
  });

  test("looks when the stream is silent, and opens a new one: the old may be half dead", async () => {
    const { client, pass, state, stream, streams } = world();
    client.start();
    stream().opens();
    await pass(44_000);
    expect(streams).toHaveLength(1);
    await pass(2000);
    expect(streams).toHaveLength(2);
    expect(streams[0]?.closed).toBe(true);
    state.reached = false;
    await pass(10_000);
    expect(client.state().status).toBe("lost");
  });

  test("is quiet once stopped", async () => {
    const { changes, client, pass, stream } = world();
    client.start();
    stream().opens();
    client.stop();
    await pass(120_000);
    expect(changes).toEqual([]);
  });
});
