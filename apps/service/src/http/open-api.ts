import fastifySwagger from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { z } from "zod";
import { problemSchema } from "../api.js";
import type { FastifyContextConfig } from "fastify";
import type { Api } from "./context.js";
import { SESSION_COOKIE } from "./session-cookie.js";

const DESCRIPTION = [
  "Error budgets, burn rates, the gate and incidents.",
  "Every write needs a bearer token, or a session, with the role that its security names; a session's write also needs the X-Plimsoll-Csrf header with what signing in gave. Three kinds of write are without: signing in and out (/api/v1/sign-in, /api/v1/sign-in/link, /api/v1/sign-out), what people press in a channel (/callbacks/*), which proves itself by the channel's own signature or secret, and alerts for a webhook that has a token of its own, which takes that one too.",
  "Reads are open while the service listens on loopback; on any other address they need a token or a session with at least the role viewer. /healthz, /readyz, /-/healthy, /-/ready, /api/v1/session and the dashboard's page are open everywhere.",
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
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  api.addHook("onRoute", (route) => {
    const schema = route.schema;
    if (schema === undefined || schema.hide === true) return;
    const { needs } = route.config ?? {};
    const writes = [
      ...(needs === "nobody" ? [429] : []),
      ...(needs === undefined ? [] : [409, 413, 415]),
      ...(takesVersion(schema.headers) ? [412] : []),
    ];
    const statuses = [400, 401, 403, 404, 421, ...writes, 500, 503];
    const refusals = Object.fromEntries(statuses.map((status) => [status, problemSchema]));
    route.schema = {
      ...schema,
      response: { ...refusals, ...(schema.response as Record<string, unknown> | undefined) },
      security: securityOf(needs),
    };
  });
}

/** Whether a route can be told which version its writer saw, by the headers that it declares. */
function takesVersion(headers: unknown): boolean {
  return headers instanceof z.ZodObject && "if-match" in headers.shape;
}

/** An empty requirement beside the others says that it may do without. */
function securityOf(needs: FastifyContextConfig["needs"]): readonly Record<string, readonly string[]>[] {
  if (needs === "nobody" || needs === "nothing") return [];
  return needs === undefined ? [{ token: [] }, { session: [] }, {}] : [{ token: [needs] }, { session: [needs] }];
}
