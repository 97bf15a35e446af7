import Fastify, { LogController, type FastifyBaseLogger } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { answerBrokenRequest, answerErrors, answerFrameworkError } from "./answer-errors.js";
import type { Api, RouteContext } from "./context.js";
import { dashboardPages } from "./dashboard-pages.js";
import { guard, type GuardOptions } from "./guard.js";
import { describeApi } from "./open-api.js";
import { alertRoutes, type AlertContext } from "./routes/alert-routes.js";
import { alertmanagerRoutes } from "./routes/alertmanager-routes.js";
import { accessRoutes } from "./routes/access-routes.js";
import { auditRoutes } from "./routes/audit-routes.js";
import { automationRoutes } from "./routes/automation-routes.js";
import { callbackRoutes, type CallbackContext } from "./routes/callback-routes.js";
import { decisionRoutes } from "./routes/decision-routes.js";
import { deliveryRoutes } from "./routes/delivery-routes.js";
import { healthRoutes, type HealthContext } from "./routes/health-routes.js";
import { incidentRoutes } from "./routes/incident-routes.js";
import { metaRoutes } from "./routes/meta-routes.js";
import { onCallRoutes } from "./routes/on-call-routes.js";
import { reportRoutes } from "./routes/report-routes.js";
import { scheduleRoutes } from "./routes/schedule-routes.js";
import { silenceRoutes } from "./routes/silence-routes.js";
import { sessionRoutes } from "./routes/session-routes.js";
import { runbookRoutes, type RunbookContext } from "./routes/runbook-routes.js";
import { sloRoutes } from "./routes/slo-routes.js";
import { LONGEST_ALERT_KEY } from "../schemas/alert-schemas.js";

/** What the server is made with. */
export type ServerOptions = RouteContext &
  GuardOptions &
  HealthContext &
  AlertContext &
  RunbookContext &
  CallbackContext & {
    readonly logger: FastifyBaseLogger;
    /** The folder of the built dashboard; absent: no pages are served. */
    readonly dashboardDirectory?: string;
    readonly version: string;
    /** Addresses and networks of proxies that may say by X-Forwarded-For who asks; absent: nobody may. */
    readonly trustedProxies?: readonly string[];
  };

// The largest body that any write needs is a note of 10,000 characters.
const BODY_LIMIT_BYTES = 64 * 1024;

/** Makes the HTTP server: API, live events, metrics, health and the dashboard. Not yet listening. */
export async function createServer(options: ServerOptions): Promise<Api> {
  const api = Fastify({
    loggerInstance: options.logger,
    bodyLimit: BODY_LIMIT_BYTES,
    // A page that polls would fill the log; what fails is logged where it is answered.
    logController: new LogController({ disableRequestLogging: true }),
    // Requests are not logged one by one, so a logger of each one's own would name it to no purpose, at a tenth of a read's cost.
    childLoggerFactory: (logger) => logger,
    requestTimeout: 30_000,
    // Whom nobody named, nobody believes.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    // The longest that any address has; a shorter one is a matter of its schema.
    routerOptions: { maxParamLength: LONGEST_ALERT_KEY },
    forceCloseConnections: "idle",
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<ZodTypeProvider>() as Api;
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  // A browser sends text/plain to any site without asking first; no write of ours takes it.
  api.removeContentTypeParser("text/plain");
  guard(api, options);
  answerErrors(api);
  await describeApi(api, options.version);
  await api.register(
    async (scope) => {
      const routes = scope.withTypeProvider<ZodTypeProvider>() as Api;
      metaRoutes(routes, options);
      sloRoutes(routes, options);
      incidentRoutes(routes, options);
      decisionRoutes(routes, options);
      alertRoutes(routes, options);
      deliveryRoutes(routes, options);
      runbookRoutes(routes, options);
      automationRoutes(routes, options);
      onCallRoutes(routes, options);
      scheduleRoutes(routes, options);
      silenceRoutes(routes, options);
      reportRoutes(routes, options);
      sessionRoutes(routes, options);
      accessRoutes(routes, options);
      auditRoutes(routes, options);
      routes.get("/openapi.json", { schema: { hide: true } }, () => api.swagger());
    },
    { prefix: "/api/v1" },
  );
  await api.register(async (scope) => alertmanagerRoutes(scope.withTypeProvider<ZodTypeProvider>() as Api, options), {
    prefix: "/api/v2",
  });
  await api.register(async (scope) => callbackRoutes(scope as Api, options), { prefix: "/callbacks" });
  healthRoutes(api, options);
  if (options.dashboardDirectory !== undefined) await dashboardPages(api, options.dashboardDirectory);
  return api;
}
