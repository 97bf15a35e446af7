import fastifySwagger from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { problemSchema } from "../api.js";
import type { Api } from "./context.js";

const DESCRIPTION = [
  "Error budgets, burn rates, the gate and incidents.",
  "Every write needs a bearer token with the role that its security names. Reads are open while the service listens on loopback; on any other address they need a token with at least the role viewer. /healthz and /readyz are open everywhere.",
  "A refusal is always a Problem.",
].join("\n\n");

/** Makes the OpenAPI 3.1 document from the routes' own schemas, and gives every route the refusals it may answer with. */
export async function describeApi(api: Api, version: string): Promise<void> {
  await api.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Plimsoll",
        description: DESCRIPTION,
        version,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transform: jsonSchemaTransform,
  });
  api.addHook("onRoute", (route) => {
    const schema = route.schema;
    if (schema === undefined || schema.hide === true) return;
    const { needs } = route.config ?? {};
    const statuses = [400, 401, 403, 404, 421, 500, 503, ...(needs === undefined ? [] : [409, 413, 415])];
    const refusals = Object.fromEntries(statuses.map((status) => [status, problemSchema]));
    route.schema = {
      ...schema,
      response: { ...refusals, ...(schema.response as Record<string, unknown> | undefined) },
      // An empty requirement beside the token says that it may do without.
      security: needs === undefined ? [{ token: [] }, {}] : [{ token: [needs] }],
    };
  });
}
