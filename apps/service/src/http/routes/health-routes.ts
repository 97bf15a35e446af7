import { z } from "zod";
import type { Api } from "../context.js";

/** What monitoring asks for. */
export type HealthContext = {
  readonly metricsText: () => Promise<string>;
  /** Why the service is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  /** Random name of this run; the CLI recognises the service by it. No secret. */
  readonly instance: string;
};

const tags = ["service"];
const livesSchema = z.object({ status: z.literal("ok"), instance: z.string().describe("random name of this run") });
const readySchema = z.object({ status: z.literal("ready") });
const notReadySchema = z.object({ status: z.literal("not ready"), reason: z.string() });

/**
 * Liveness and readiness, open to everybody so that any supervisor can ask, also by the paths that Alertmanager has for
 * them, and the metrics.
 */
export function healthRoutes(api: Api, { instance, metricsText, notReady }: HealthContext): void {
  const config = { needs: "nothing" } as const;
  for (const path of ["/healthz", "/-/healthy"]) {
    api.get(path, { config, schema: { summary: "Whether it lives", response: { 200: livesSchema }, tags } }, () => ({
      status: "ok" as const,
      instance,
    }));
  }
  for (const path of ["/readyz", "/-/ready"]) {
    const response = { 200: readySchema, 503: notReadySchema };
    const schema = { summary: "Whether it is ready to answer", response, tags };
    api.get(path, { config, schema }, async (_request, reply) => {
      const reason = notReady();
      if (reason === undefined) return { status: "ready" as const };
      return reply.code(503).send({ status: "not ready", reason });
    });
  }
  const response = {
    200: { description: "Prometheus's text form", content: { "text/plain": { schema: z.string() } } },
  };
  api.get(
    "/metrics",
    { schema: { summary: "Metrics of the service itself", response, tags } },
    async (_request, reply) => reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()),
  );
}
