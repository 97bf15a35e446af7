import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import Fastify, { LogController, type FastifyBaseLogger } from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import type { Problem } from "../api.js";
import { authenticate, mayActAs, type AccessToken } from "./access.js";
import type { Api, RouteContext } from "./context.js";
import { createHostCheck } from "./host-check.js";
import { HttpProblem } from "./problem.js";
import { decisionRoutes } from "./routes/decision-routes.js";
import { incidentRoutes } from "./routes/incident-routes.js";
import { metaRoutes } from "./routes/meta-routes.js";
import { reportRoutes } from "./routes/report-routes.js";
import { sloRoutes } from "./routes/slo-routes.js";

/** What the server is made with. */
export type ServerOptions = RouteContext & {
  readonly logger: FastifyBaseLogger;
  readonly allowedHosts: readonly string[];
  readonly tokens: readonly AccessToken[];
  /** The folder of the built dashboard; absent: no pages are served. */
  readonly dashboardDirectory?: string;
  readonly metricsText: () => Promise<string>;
  /** Why the service is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  readonly version: string;
};

// The largest body that any write needs is a note of 10,000 characters.
const BODY_LIMIT_BYTES = 64 * 1024;
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Makes the HTTP server: API, live events, metrics, health and the dashboard. Not yet listening. */
export async function createServer(options: ServerOptions): Promise<Api> {
  const api: Api = Fastify({
    loggerInstance: options.logger,
    bodyLimit: BODY_LIMIT_BYTES,
    // A page that polls would fill the log; what fails is logged where it is answered.
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>() as Api;
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  guard(api, options);
  answerErrors(api);

  await api.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Plimsoll", description: "Error budgets, burn rates, the gate and incidents.", version: options.version },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transform: jsonSchemaTransform,
  });
  await api.register(
    async (scope) => {
      const routes = scope.withTypeProvider<ZodTypeProvider>() as Api;
      metaRoutes(routes, options);
      sloRoutes(routes, options);
      incidentRoutes(routes, options);
      decisionRoutes(routes, options);
      reportRoutes(routes, options);
      routes.get("/openapi.json", { schema: { hide: true } }, () => api.swagger());
    },
    { prefix: "/api/v1" },
  );

  api.get("/healthz", { schema: { hide: true } }, () => ({ status: "ok" }));
  api.get("/readyz", { schema: { hide: true } }, async (_request, reply) => {
    const reason = options.notReady();
    return reason === undefined ? { status: "ready" } : reply.code(503).send({ status: "not ready", reason });
  });
  api.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/plain; version=0.0.4; charset=utf-8").send(await options.metricsText()),
  );

  if (options.dashboardDirectory !== undefined) {
    await api.register(fastifyStatic, { root: options.dashboardDirectory, wildcard: false, maxAge: "1h", immutable: false });
    // The dashboard is one page; its views have addresses of their own.
    api.get("/*", { schema: { hide: true } }, async (request, reply) => {
      const path = request.url.split("?")[0] ?? "";
      if (path.startsWith("/api/") || /\.[a-z0-9]+$/i.test(path)) return reply.callNotFound();
      return reply.header("cache-control", "no-cache").sendFile("index.html", { maxAge: 0 });
    });
  }
  return api;
}

/** Checks the Host header of every request and the token of every write, before any body is read. */
function guard(api: Api, options: ServerOptions): void {
  const hostIsOurs = createHostCheck(options.allowedHosts);
  api.decorateRequest("caller", undefined);
  api.addHook("onRequest", async (request, reply) => {
    void reply.headers({
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    if (!hostIsOurs(request.headers.host)) {
      throw new HttpProblem(421, {
        code: "wrong-host",
        message: "This host name is not one the service answers for. Add it to http.allowedHosts in plimsoll.yaml when it should be.",
      });
    }
    request.caller = authenticate(request.headers.authorization, options.tokens);
    const write = request.method !== "GET" && request.method !== "HEAD" && request.method !== "OPTIONS";
    const { role } = request.routeOptions.config;
    // A write without a declared role is a mistake of ours; it is refused like one without a token.
    const needed = role ?? (write ? "admin" : undefined);
    if (needed === undefined) return;
    if (request.caller === undefined) {
      throw new HttpProblem(401, {
        code: "no-token",
        message: `This needs a token with the role ${needed}: send "Authorization: Bearer <token>". The local token is in .plimsoll/service.json.`,
      });
    }
    if (!mayActAs(request.caller, needed)) {
      throw new HttpProblem(403, {
        code: "wrong-role",
        message: `The token "${request.caller.name}" has the role ${request.caller.role}; this needs ${needed}.`,
      });
    }
  });
}

function answerErrors(api: Api): void {
  api.setNotFoundHandler((request, reply) => {
    const path = (request.url.split("?")[0] ?? "").slice(0, 200);
    void reply.code(404).send({ code: "not-found", message: `There is nothing at ${JSON.stringify(path)}; /api/v1/openapi.json lists what there is.` } satisfies Problem);
  });
  api.setErrorHandler((error, request, reply) => {
    if (error instanceof HttpProblem) return reply.code(error.status).send(error.body);
    if (hasZodFastifySchemaValidationErrors(error)) {
      const first = error.validation[0];
      const path = first?.instancePath.replace(/^\//, "").replaceAll("/", ".") ?? "";
      const where = error.validationContext ?? "request";
      const problem: Problem = { code: "invalid", message: `The ${where}${path === "" ? "" : `, at ${path}`}: ${first?.message ?? "does not fit its schema"}.`, ...(path === "" ? {} : { path }) };
      return reply.code(400).send(problem);
    }
    const status = statusOf(error);
    if (status < 500) {
      return reply.code(status).send({ code: codeOf(error), message: messageOf(error) } satisfies Problem);
    }
    // What went wrong inside is for the log; the caller gets no detail that could hold a secret.
    request.log.error({ err: error }, "a request failed");
    return reply.code(500).send({ code: "internal", message: "The service failed to answer; its log says why." } satisfies Problem);
  });
}

function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code.toLowerCase().replaceAll("_", "-").replace(/^fst-err-/, "") : "refused";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "The request was refused.";
}
