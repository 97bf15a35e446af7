import type { Api } from "../context.js";

/** What monitoring asks for. */
export type HealthContext = {
  readonly metricsText: () => Promise<string>;
  /** Why the service is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  /** Random name of this run; the CLI recognises the service by it. No secret. */
  readonly instance: string;
};

/** Liveness and readiness, open to everybody so that any supervisor can ask, and the metrics. */
export function healthRoutes(api: Api, { instance, metricsText, notReady }: HealthContext): void {
  const open = { schema: { hide: true }, config: { needs: "nothing" } } as const;
  api.get("/healthz", open, () => ({ status: "ok", instance }));
  api.get("/readyz", open, async (_request, reply) => {
    const reason = notReady();
    return reason === undefined ? { status: "ready" } : reply.code(503).send({ status: "not ready", reason });
  });
  api.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()),
  );
}
