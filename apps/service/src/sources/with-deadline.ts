import type { CancelSignal, SliReading, SliRequest, SliSource } from "@plimsoll/core";

/**
 * Bounds how long one read may take, so that a source that hangs delays nobody else. A cancelled read ends at once,
 * whether the source listens or not; so does closing, which a source may hang in as well.
 *
 * All reads of a source share one timer and one listener: a signal looks through its listeners whenever one is added.
 */
export function withDeadline(source: SliSource, deadlineMs: number): SliSource {
  const { close } = source;
  const deadlines = createDeadlines(deadlineMs);
  return {
    async read(request: SliRequest): Promise<SliReading> {
      const { cancel, sloId } = request;
      if (cancel?.aborted === true) return cancelled(sloId);
      const controller = new AbortController();
      const given = withResolvers<SliReading>();
      const watched = deadlines.watch(cancel, (why) => {
        given.resolve(why === "late" ? late(sloId, deadlineMs) : cancelled(sloId));
        controller.abort();
      });
      try {
        return await Promise.race([source.read({ ...request, cancel: controller.signal }), given.promise]);
      } finally {
        watched.done();
      }
    },
    ...(close === undefined ? {} : { close: () => atMost(close.call(source), deadlineMs) }),
  };
}

type Watched = { readonly dueMs: number; readonly giveUp: (why: "late" | "cancelled") => void };

/** Watches over reads that all have the same time, so the one that was begun first is due first. */
function createDeadlines(deadlineMs: number) {
  const waiting = new Set<Watched>();
  const bySignal = new Map<CancelSignal, { readonly waiting: Set<Watched>; readonly onAbort: () => void }>();
  let timer: NodeJS.Timeout | undefined;

  const giveUpLate = (): void => {
    const nowMs = performance.now();
    let nextMs: number | undefined;
    for (const one of waiting) {
      if (one.dueMs > nowMs) {
        nextMs = one.dueMs;
        break;
      }
      waiting.delete(one);
      one.giveUp("late");
    }
    timer = nextMs === undefined ? undefined : setTimeout(giveUpLate, Math.ceil(nextMs - nowMs));
  };

  const listen = (cancel: CancelSignal, one: Watched): void => {
    let known = bySignal.get(cancel);
    if (known === undefined) {
      const ofSignal = new Set<Watched>();
      const onAbort = (): void => {
        for (const each of ofSignal) each.giveUp("cancelled");
      };
      known = { waiting: ofSignal, onAbort };
      bySignal.set(cancel, known);
      cancel.addEventListener("abort", onAbort);
    }
    known.waiting.add(one);
  };

  const forget = (cancel: CancelSignal, one: Watched): void => {
    const known = bySignal.get(cancel);
    known?.waiting.delete(one);
    if (known?.waiting.size !== 0) return;
    bySignal.delete(cancel);
    cancel.removeEventListener("abort", known.onAbort);
  };

  return {
    watch(cancel: CancelSignal | undefined, giveUp: Watched["giveUp"]): { done(): void } {
      const one: Watched = { dueMs: performance.now() + deadlineMs, giveUp };
      waiting.add(one);
      timer ??= setTimeout(giveUpLate, deadlineMs);
      if (cancel !== undefined) listen(cancel, one);
      return {
        done() {
          waiting.delete(one);
          if (cancel !== undefined) forget(cancel, one);
          if (waiting.size > 0) return;
          clearTimeout(timer);
          timer = undefined;
        },
      };
    },
  };
}

/** Waits for something at most so long; then goes on without it. */
export async function atMost(done: Promise<unknown>, ms: number): Promise<void> {
  const over = withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  try {
    await Promise.race([done, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function withResolvers<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function cancelled(sloId: string): SliReading {
  return { kind: "failed", code: "cancelled", message: `${sloId}: the read was cancelled`, retryable: true };
}

function late(sloId: string, deadlineMs: number): SliReading {
  return {
    kind: "failed",
    code: "source-timeout",
    message: `${sloId}: its source gave no answer within ${deadlineMs} ms; look whether it is reachable and what the query costs`,
    retryable: true,
  };
}
