import { readPostedAlerts } from "@plimsoll/adapters-prometheus";
import {
  formatLabels,
  groupLabels,
  valuePattern,
  type ExternalAlert,
  type Labels,
  type Plimsoll,
} from "@plimsoll/core";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { gettableAlertBody } from "../../present/alertmanager-body.js";
import {
  alertGroupsSchema,
  alertsTakenSchema,
  gettableAlertsSchema,
  matchersQuery,
  postedAlertsBody,
  type GettableAlert,
} from "../../schemas/alert-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { hashBodies } from "../hashed-body.js";
import { HttpProblem } from "../problem.js";
import { alertmanagerSilenceRoutes } from "./alertmanager-silence-routes.js";
import { matchersOf } from "./alert-matchers.js";
import { ALERT_BODY_LIMIT_BYTES, handInOf, orRefused, shown, takeAlerts } from "./alert-routes.js";

// As Alertmanager reads them: anything but "false" is a mistake that should be told, not guessed at.
const wanted = z.enum(["true", "false"]).default("true");

const alertQuery = z.object({
  filter: matchersQuery,
  active: wanted.describe("whether to list those that nothing holds back"),
  silenced: wanted,
  inhibited: wanted,
  muted: wanted,
  unprocessed: wanted.describe("taken, and changes nothing: every alert here has been routed"),
  receiver: z.string().max(200).optional().describe("a pattern that the whole name of a receiver matches"),
});

/** The part of Alertmanager's v2 API by which a Prometheus sends its alerts, and tools list them. */
export function alertmanagerRoutes(api: Api, context: RouteContext): void {
  const { engine, nowMs } = context;
  alertmanagerSilenceRoutes(api, context);
  void api.register(async (scope) => takeRoute(scope.withTypeProvider<ZodTypeProvider>() as Api, context));
  api.get(
    "/alerts",
    {
      schema: {
        summary: "Alerts that fire, as Alertmanager lists them",
        querystring: alertQuery,
        response: { 200: gettableAlertsSchema },
        tags: ["alertmanager"],
      },
    },
    (request) => listed(engine, request.query, nowMs()).map(({ body }) => body),
  );
  api.get(
    "/alerts/groups",
    {
      schema: {
        summary: "Alerts that fire, by receiver and group",
        querystring: alertQuery,
        response: { 200: alertGroupsSchema },
        tags: ["alertmanager"],
      },
    },
    (request) => grouped(engine, listed(engine, request.query, nowMs())),
  );
}

function takeRoute(api: Api, { engine, nowMs }: RouteContext): void {
  hashBodies(api);
  api.post(
    "/alerts",
    {
      bodyLimit: ALERT_BODY_LIMIT_BYTES,
      config: { needs: "responder", area: "alerts" },
      schema: {
        summary: "Take in alerts as Prometheus sends them to an Alertmanager",
        body: postedAlertsBody,
        response: { 200: alertsTakenSchema },
        tags: ["alertmanager"],
      },
    },
    async (request) => {
      const reading = orRefused(readPostedAlerts(request.body, { source: "prometheus", nowMs: nowMs() }));
      const taken = await takeAlerts(engine, reading, handInOf(request, "prometheus"));
      const [first] = reading.setAside;
      if (first === undefined) return taken;
      // As Alertmanager does: the others are taken all the same, and the sender's log and metrics tell that some were not.
      throw new HttpProblem(400, {
        code: "some-alerts-not-taken",
        message: `${taken.taken} alerts were taken, ${reading.setAside.length} were not; the first, at ${shown(first.path)}: ${first.message}.`,
        path: shown(first.path),
      });
    },
  );
}

type Listed = { readonly alert: ExternalAlert; readonly body: GettableAlert };

function listed(
  engine: Pick<Plimsoll, "alerts" | "silences">,
  query: z.infer<typeof alertQuery>,
  nowMs: number,
): readonly Listed[] {
  const isReceiver = receiverMatch(query.receiver ?? "");
  return engine.alerts
    .active(matchersOf(query.filter))
    .map((alert) => ({ alert, body: gettableAlertBody(alert, engine, nowMs) }))
    .filter(({ body: { receivers, status } }) => {
      if (!receivers.some(({ name }) => isReceiver(name))) return false;
      if (query.active === "false" && status.state === "active") return false;
      if (query.silenced === "false" && status.silencedBy.length > 0) return false;
      if (query.inhibited === "false" && status.inhibitedBy.length > 0) return false;
      return query.muted === "true" || status.mutedBy.length === 0;
    });
}

/** Tools send an empty one for any. */
function receiverMatch(text: string): (name: string) => boolean {
  if (text === "") return () => true;
  const pattern = valuePattern(text);
  if (pattern.ok) return pattern.value.matches;
  throw new HttpProblem(400, {
    code: "bad-pattern",
    message: `The receiver: ${pattern.error.message}.`,
    path: "receiver",
  });
}

function grouped(engine: Pick<Plimsoll, "alerts">, alerts: readonly Listed[]) {
  const groups = new Map<string, { labels: Labels; receiver: { name: string }; alerts: GettableAlert[] }>();
  for (const { alert, body } of alerts) {
    for (const { outcome, route } of engine.alerts.explain(alert.key)?.routes ?? []) {
      if (outcome !== "taken") continue;
      const labels = groupLabels(route, alert.labels);
      const id = `${route.id}\n${formatLabels(labels)}`;
      const group = groups.get(id) ?? { labels, receiver: { name: route.receiver }, alerts: [] };
      group.alerts.push(body);
      groups.set(id, group);
    }
  }
  return [...groups.values()];
}
