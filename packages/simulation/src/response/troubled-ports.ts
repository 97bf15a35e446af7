import type { EnginePorts, EventBus, EventStore, Notifier, Remediator, StoredEvent, StepRunner } from "@plimsoll/core";
import type { Process } from "./process.js";
import type { Random } from "./random.js";

/** Hears what a process stored, as soon as it is stored. */
export type HearAppend = (events: readonly StoredEvent[], process: Process) => void;

/** The ports as a process sees them: each call may fail, or be the last; events come late, again, and in another order of streams. */
export function troubledPorts(
  ports: EnginePorts,
  process: Process,
  { heard, random }: { readonly heard: HearAppend; readonly random: Random },
): EnginePorts {
  const { call } = process;
  const events: EventStore = {
    append: call("events.append", async (writes) => {
      const outcome = await ports.events.append(writes);
      if (outcome.ok) heard(outcome.value, process);
      return outcome;
    }),
    read: call("events.read", (stream, afterVersion) => ports.events.read(stream, afterVersion)),
    readAll: call("events.readAll", (query) => ports.events.readAll(query)),
    outbox: {
      pending: call("outbox.pending", (limit) => ports.events.outbox.pending(limit)),
      settle: call("outbox.settle", (ids) => ports.events.outbox.settle(ids)),
    },
  };
  return {
    ...ports,
    events,
    bus: unrulyBus(ports.bus, process, random),
    audit: { ...ports.audit, append: call("audit.append", (entry) => ports.audit.append(entry)) },
    timer: {
      schedule: call("timer.schedule", (entry) => ports.timer.schedule(entry)),
      cancel: call("timer.cancel", (key, fence) => ports.timer.cancel(key, fence)),
      consume: (prefix, handler) =>
        ports.timer.consume(prefix, async (entry) => {
          if (process.dead) throw new Error("the process that had asked is dead");
          await handler(entry);
          // At least once: now and then the same entry comes twice.
          if (random.chance(0.1)) await handler(entry);
        }),
    },
    notifiers: each(ports.notifiers, (notifier, name): Notifier => ({
      ...notifier,
      send: call(`notifier.${name}`, (message) => notifier.send(message)),
      ...(notifier.update === undefined ? {} : { update: troubledUpdate(notifier.update.bind(notifier), name, call) }),
    })),
    ...(ports.stepRunner === undefined ? {} : { stepRunner: troubledRunner(ports.stepRunner, process) }),
    remediators: each(ports.remediators ?? {}, (remediator): Remediator => ({
      prepare: remediator.prepare,
      execute: call("remediator.execute", (order) => remediator.execute(order)),
      undo: call("remediator.undo", (order) => remediator.undo(order)),
    })),
  };
}

function troubledUpdate(
  update: NonNullable<Notifier["update"]>,
  name: string,
  call: Process["call"],
): NonNullable<Notifier["update"]> {
  return call(`notifier.${name}.update`, update);
}

function troubledRunner(runner: StepRunner, { call }: Process): StepRunner {
  return {
    run: call("stepRunner.run", (order) => runner.run(order)),
    check: call("stepRunner.check", (question) => runner.check(question)),
  };
}

/** Keeps the order within a stream and none between them, and brings again what was brought already. */
function unrulyBus(bus: EventBus, { call }: Process, random: Random): EventBus {
  const brought: StoredEvent[] = [];
  return {
    subscribe: (group, handler) => bus.subscribe(group, handler),
    poisoned: () => bus.poisoned(),
    publish: call("bus.publish", async (published) => {
      const again = brought.length > 0 && random.chance(0.15) ? brought.slice(random.below(brought.length)) : [];
      brought.push(...published);
      await bus.publish([...again, ...shuffled(published, random)]);
    }),
  };
}

function shuffled(events: readonly StoredEvent[], random: Random): readonly StoredEvent[] {
  const byStream = new Map<string, StoredEvent[]>();
  for (const event of events) byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event]);
  const lanes = [...byStream.values()];
  const mixed: StoredEvent[] = [];
  while (lanes.length > 0) {
    const at = random.below(lanes.length);
    const event = lanes[at]?.shift();
    if (event === undefined) lanes.splice(at, 1);
    else mixed.push(event);
  }
  return mixed;
}

function each<Port>(
  all: Readonly<Record<string, Port>>,
  wrap: (port: Port, name: string) => Port,
): Record<string, Port> {
  return Object.fromEntries(Object.entries(all).map(([name, port]) => [name, wrap(port, name)]));
}
