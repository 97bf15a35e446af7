import type { SliReading, SliRequest, SliSource } from "@plimsoll/core";

/**
 * Bounds how long one read may take, so that a source that hangs delays nobody else. A cancelled read ends at once,
 * whether the source listens or not; so does closing, which a source may hang in as well.
 */
export function withDeadline(source: SliSource, deadlineMs: number): SliSource {
  const { close } = source;
  return {
    async read(request: SliRequest): Promise<SliReading> {
      const { cancel, sloId } = request;
      if (cancel?.aborted === true) return cancelled(sloId);
      const controller = new AbortController();
      const given = withResolvers<SliReading>();
      const giveUp = (reading: SliReading): void => {
        given.resolve(reading);
        controller.abort();
      };
      const onCancel = (): void => giveUp(cancelled(sloId));
      cancel?.addEventListener("abort", onCancel);
      const timer = setTimeout(() => giveUp(late(sloId, deadlineMs)), deadlineMs);
      try {
        return await Promise.race([source.read({ ...request, cancel: controller.signal }), given.promise]);
      } finally {
        clearTimeout(timer);
        cancel?.removeEventListener("abort", onCancel);
      }
    },
    ...(close === undefined ? {} : { close: () => atMost(close.call(source), deadlineMs) }),
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
