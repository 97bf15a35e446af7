import { MOST_ALERTS } from "@plimsoll/adapters-prometheus";
import { firesAt, type ExternalAlert } from "@plimsoll/core";
import { z } from "zod";
import { activeAlertBody, alertExplanationBody, incidentFinder } from "../../present/alert-body.js";
import {
  alertExplanationSchema,
  alertListSchema,
  LONGEST_ALERT_KEY,
  matchersQuery,
} from "../../schemas/alert-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { notFound } from "../problem.js";
import { matchersOf } from "./alert-matchers.js";

/** What is known of alerts from elsewhere: which there are, and why each told somebody, or why not. */
export function alertReadRoutes(api: Api, context: RouteContext): void {
  listRoute(api, context);
  explainRoute(api, context);
}

function listRoute(api: Api, { engine }: RouteContext): void {
  api.get(
    "/alerts",
    {
      schema: {
        summary: "Alerts from elsewhere, with whom each told; those that fire with the rules that they met",
        querystring: z.object({
          filter: matchersQuery,
          state: z
            .enum(["firing", "over", "all"])
            .default("firing")
            .describe("over: those of the last hour, and the last 1,000 of before, the one that ended last in front"),
          limit: z.coerce.number().int().min(1).max(MOST_ALERTS).default(1_000),
        }),
        response: { 200: alertListSchema },
        tags: ["alerts"],
      },
    },
    (request) => {
      const { filter, limit, state } = request.query;
      const matchers = matchersOf(filter);
      const incidentOf = incidentFinder(engine);
      const about = (alert: ExternalAlert, firing: boolean) => ({ firing, incidentId: incidentOf(alert, firing) });
      const firing = state === "over" ? [] : engine.alerts.active(matchers);
      const over = state === "firing" ? [] : engine.alerts.over(matchers);
      // Written only where they are shown: there may be very many.
      const found = [
        ...firing.map((alert) => () => {
          return activeAlertBody(alert, engine.alerts.explain(alert.key), about(alert, true));
        }),
        ...over.map((one) => () => activeAlertBody(one.alert, { told: one.told }, about(one.alert, false))),
      ];
      return { total: found.length, alerts: found.slice(0, limit).map((write) => write()) };
    },
  );
}

function explainRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/alerts/:key/explain",
    {
      schema: {
        summary: "Why an alert told somebody, or why not, also long after it ended",
        params: z.object({
          key: z.string().max(LONGEST_ALERT_KEY).describe("<source>/<fingerprint>, with its slash as %2F"),
        }),
        response: { 200: alertExplanationSchema },
        tags: ["alerts"],
      },
    },
    async (request) => {
      const { key } = request.params;
      const explained = await engine.alerts.course(key);
      if (explained === undefined) throw notFound("alert", key);
      const firing = firesAt(explained.alert, nowMs());
      return alertExplanationBody(explained, { firing, incidentId: incidentFinder(engine)(explained.alert, firing) });
    },
  );
}
