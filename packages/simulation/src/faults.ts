import { PlimsollError, type EnginePorts, type EventStore, type SliHistory } from "@plimsoll/core";

/** Where in the course of all port calls something goes wrong: before the call takes effect, or after. */
export type FaultPoint = { readonly call: number; readonly when: "before" | "after" };

/** Is thrown by every port of a process that is dead: nothing that it still does has an effect. */
export class Crash extends Error {
  constructor(readonly at: string) {
    super(`the process died at ${at}`);
    this.name = "Crash";
  }
}

/** Puts faults around ports: `crash` kills the process at a point, `failure` fails one call and lets the process live. */
export type Faults = {
  readonly around: (ports: EnginePorts) => EnginePorts;
  /** The calls so far, by name, in order; over all engines. */
  readonly calls: readonly string[];
  readonly dead: boolean;
  /** How many of the points were reached. */
  readonly struck: number;
  /** From here on nothing goes wrong any more. */
  disarm(): void;
  /** A new process on the same ports. */
  revive(): void;
};

export function createFaults(kind: "crash" | "failure", points: readonly FaultPoint[]): Faults {
  const calls: string[] = [];
  const open = [...points];
  let dead = false;
  let armed = true;

  const struck = (name: string, when: FaultPoint["when"], call: number): void => {
    if (dead) throw new Crash(name);
    if (!armed) return;
    const index = open.findIndex((point) => point.call === call && point.when === when);
    if (index < 0) return;
    open.splice(index, 1);
    if (kind === "crash") {
      dead = true;
      throw new Crash(`${when} ${name}`);
    }
    throw new PlimsollError({ code: "simulated", message: `${name} failed ${when} its effect`, retryable: true });
  };
  const around =
    <Args extends readonly unknown[], Value>(name: string, run: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      if (dead) throw new Crash(name);
      const call = calls.push(name) - 1;
      struck(name, "before", call);
      const value = await run(...args);
      struck(name, "after", call);
      return value;
    };
  const pages = <Page>(name: string, read: () => AsyncIterable<Page>): AsyncIterable<Page> => ({
    async *[Symbol.asyncIterator]() {
      if (dead) throw new Crash(name);
      const call = calls.push(name) - 1;
      struck(name, "before", call);
      for await (const page of read()) {
        if (dead) throw new Crash(name);
        yield page;
      }
      struck(name, "after", call);
    },
  });

  const history = (inner: SliHistory): SliHistory => ({
    append: around("history.append", (slices) => inner.append(slices)),
    load: (query) => pages("history.load", () => inner.load(query)),
    loadSince: (sequence) => pages("history.loadSince", () => inner.loadSince(sequence)),
    prune: around("history.prune", (beforeMs) => inner.prune(beforeMs)),
    checkpoints: {
      save: around("checkpoints.save", (checkpoint) => inner.checkpoints.save(checkpoint)),
      load: around("checkpoints.load", () => inner.checkpoints.load()),
    },
  });
  const events = (inner: EventStore): EventStore => ({
    append: around("events.append", (writes) => inner.append(writes)),
    read: around("events.read", (stream, afterVersion) => inner.read(stream, afterVersion)),
    readAll: around("events.readAll", (query) => inner.readAll(query)),
    outbox: {
      pending: around("outbox.pending", (limit) => inner.outbox.pending(limit)),
      settle: around("outbox.settle", (ids) => inner.outbox.settle(ids)),
    },
  });
  const each = <Port>(
    all: Readonly<Record<string, Port>>,
    wrap: (port: Port, name: string) => Port,
  ): Record<string, Port> => Object.fromEntries(Object.entries(all).map(([name, port]) => [name, wrap(port, name)]));

  return {
    calls,
    get dead() {
      return dead;
    },
    get struck() {
      return points.length - open.length;
    },
    disarm: () => void (armed = false),
    revive: () => void (dead = false),
    around: (ports) => ({
      ...ports,
      digest: { digest: around("digest", (value) => ports.digest.digest(value)) },
      history: history(ports.history),
      events: events(ports.events),
      bus: {
        publish: around("bus.publish", (published) => ports.bus.publish(published)),
        subscribe: around("bus.subscribe", (group, handler) => ports.bus.subscribe(group, handler)),
        poisoned: () => ports.bus.poisoned(),
      },
      audit: {
        append: around("audit.append", (entry) => ports.audit.append(entry)),
        read: around("audit.read", (query) => ports.audit.read(query)),
        verify: () => ports.audit.verify(),
      },
      sources: each(ports.sources, (source, name) => ({
        ...source,
        read: around(`source.${name}`, (request) => source.read(request)),
      })),
      notifiers: each(ports.notifiers, (notifier, name) => ({
        ...notifier,
        send: around(`notifier.${name}`, (notification) => notifier.send(notification)),
      })),
    }),
  };
}
