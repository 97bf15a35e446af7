import type { SliReading, SliRequest, SliSource } from "@plimsoll/core";

/** Bounds how long one read may take, so that a source that hangs delays nobody else. */
export function withDeadline(source: SliSource, deadlineMs: number): SliSource {
  return {
    async read(request: SliRequest): Promise<SliReading> {
      const controller = new AbortController();
      const passOn = (): void => controller.abort();
      request.cancel?.addEventListener("abort", passOn);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<SliReading>((resolve) => {
        timer = setTimeout(() => {
          controller.abort();
          resolve({
            kind: "failed",
            code: "source-timeout",
            message: `${request.sloId}: its source gave no answer within ${deadlineMs} ms; look whether it is reachable and what the query costs`,
            retryable: true,
          });
        }, deadlineMs);
      });
      try {
        return await Promise.race([source.read({ ...request, cancel: controller.signal }), late]);
      } finally {
        clearTimeout(timer);
        request.cancel?.removeEventListener("abort", passOn);
      }
    },
    ...(source.close === undefined ? {} : { close: () => source.close?.() ?? Promise.resolve() }),
  };
}
