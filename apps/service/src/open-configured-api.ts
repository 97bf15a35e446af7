import { createMemoryPorts } from "@plimsoll/adapters-memory";
import type { PlimsollConfig } from "@plimsoll/config";
import { createPlimsoll } from "@plimsoll/core";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { answerErrors } from "./http/answer-errors.js";
import type { Api } from "./http/context.js";
import { onCallRoutes } from "./http/routes/on-call-routes.js";
import type { StoredApi } from "./open-stored-api.js";

/**
 * Answers who is on call, and what is wrong with the schedules, from a configuration alone: what people changed while a
 * service ran is not in it. Nothing is opened, measured or stored.
 */
export async function openConfiguredApi(config: Pick<PlimsollConfig, "onCall" | "services">): Promise<StoredApi> {
  const engine = await createPlimsoll({
    ports: createMemoryPorts(),
    settings: {
      sliceMs: 15_000,
      services: config.services,
      slos: [],
      corrections: [],
      freezeWindows: [],
      incidents: { cooldownMs: 0, autoCloseAfterMs: 0 },
      notify: { pages: [], tickets: [], incidents: [] },
      reading: {},
      onCall: config.onCall,
      timers: "leave",
    },
  });
  const server = Fastify().withTypeProvider<ZodTypeProvider>() as unknown as Api;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerErrors(server);
  await server.register(
    async (scope) => {
      onCallRoutes(scope.withTypeProvider<ZodTypeProvider>(), { engine, nowMs: () => Date.now() });
    },
    { prefix: "/api/v1" },
  );
  return {
    async get(path) {
      const { body, statusCode } = await server.inject({ method: "GET", url: path });
      return { status: statusCode, body };
    },
    async close() {
      await server.close();
      await engine.close();
    },
  };
}
