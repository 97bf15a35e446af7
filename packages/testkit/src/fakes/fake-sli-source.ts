import type { SetAside, SliReading, SliRequest, SliSample, SliSource } from "@plimsoll/core";

/** A source whose world a test writes: it gives the samples served for an SLO, and fails or hangs when told to. */
export type FakeSliSource = SliSource & {
  close(): Promise<void>;
  /** Adds samples to what an SLO's world holds. */
  serve(sloId: string, samples: readonly SliSample[]): void;
  /** Adds things to set aside to every reading of an SLO. */
  serveSetAside(sloId: string, setAside: readonly SetAside[]): void;
  /** Everything before this instant counts as final; without it, all that was asked for does. */
  setWatermark(watermarkMs: number): void;
  /** Makes every reading fail until `heal`. */
  fail(failure?: { readonly code: string; readonly message: string; readonly retryable: boolean }): void;
  /** Makes every reading wait for its cancel signal until `heal`. */
  hang(): void;
  heal(): void;
  /** What was asked, oldest first. */
  readonly requests: readonly SliRequest[];
  readonly closed: boolean;
};

type Mode =
  | { readonly kind: "healthy" }
  | { readonly kind: "failing"; readonly code: string; readonly message: string; readonly retryable: boolean }
  | { readonly kind: "hanging" };

/** Makes a source with an empty world: all that is asked for is a gap. */
export function createFakeSliSource(): FakeSliSource {
  const samplesBySlo = new Map<string, SliSample[]>();
  const setAsideBySlo = new Map<string, SetAside[]>();
  const requests: SliRequest[] = [];
  let mode: Mode = { kind: "healthy" };
  let watermarkMs: number | undefined;
  let closed = false;

  const answer = (request: SliRequest): SliReading => ({
    kind: "read",
    samples: (samplesBySlo.get(request.sloId) ?? [])
      .filter((sample) => sample.fromMs >= request.fromMs && sample.toMs <= request.toMs)
      .toSorted((left, right) => left.fromMs - right.fromMs),
    watermarkMs: watermarkMs ?? request.toMs,
    setAside: setAsideBySlo.get(request.sloId) ?? [],
    notes: [],
  });

  return {
    requests,
    get closed() {
      return closed;
    },
    serve: (sloId, samples) => void samplesBySlo.set(sloId, [...(samplesBySlo.get(sloId) ?? []), ...samples]),
    serveSetAside: (sloId, items) => void setAsideBySlo.set(sloId, [...(setAsideBySlo.get(sloId) ?? []), ...items]),
    setWatermark: (instantMs) => void (watermarkMs = instantMs),
    fail: (failure = { code: "unreachable", message: "the fake source was told to fail", retryable: true }) =>
      void (mode = { kind: "failing", ...failure }),
    hang: () => void (mode = { kind: "hanging" }),
    heal: () => void (mode = { kind: "healthy" }),
    async read(request) {
      requests.push(request);
      if (request.cancel?.aborted === true) return cancelled(request);
      switch (mode.kind) {
        case "healthy":
          return answer(request);
        case "failing":
          return { ...mode, kind: "failed", message: `${request.sloId}: ${mode.message}` };
        case "hanging":
          return waitForCancel(request);
      }
    },
    async close() {
      closed = true;
    },
  };
}

function cancelled({ sloId }: SliRequest): SliReading {
  return { kind: "failed", code: "cancelled", message: `${sloId}: the caller cancelled the reading`, retryable: true };
}

function waitForCancel(request: SliRequest): Promise<SliReading> {
  return new Promise((resolve) => request.cancel?.addEventListener("abort", () => resolve(cancelled(request))));
}
