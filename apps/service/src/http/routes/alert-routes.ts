import {
  readAlertmanagerWebhook,
  type AlertmanagerProblem,
  type AlertmanagerReading,
} from "@plimsoll/adapters-prometheus";
import type { AlertWebhookConfig } from "@plimsoll/config";
import type { AlertHandIn, Json, Plimsoll, Result } from "@plimsoll/core";
import type { FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import {
  alertmanagerWebhookBody,
  alertsTakenSchema,
  genericWebhookBody,
  type AlertsTaken,
} from "../../schemas/alert-schemas.js";
import { actorName, bearerOf } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { hashBodies } from "../hashed-body.js";
import { HttpProblem, notFound } from "../problem.js";
import { alertReadRoutes } from "./alert-read-routes.js";

/** What taking alerts needs beside the rest. */
export type AlertContext = {
  /** By the name in the address. */
  readonly alertWebhooks?: ReadonlyMap<string, AlertWebhookConfig>;
};

/** A group of ten thousand alerts with long annotations is larger than any that is of use to people. */
export const ALERT_BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** Alerts from elsewhere: taken in, shown, and explained. */
export function alertRoutes(api: Api, context: RouteContext & AlertContext): void {
  void api.register(async (scope) => takeRoutes(scope.withTypeProvider<ZodTypeProvider>() as Api, context));
  alertReadRoutes(api, context);
}

function takeRoutes(api: Api, { alertWebhooks = new Map(), engine, nowMs }: RouteContext & AlertContext): void {
  hashBodies(api);
  api.post(
    "/alerts/alertmanager",
    {
      bodyLimit: ALERT_BODY_LIMIT_BYTES,
      config: { needs: "responder" },
      schema: {
        summary: "Take in alerts as Alertmanager's webhook sends them",
        body: alertmanagerWebhookBody,
        response: { 200: alertsTakenSchema },
        tags: ["alerts"],
      },
    },
    async (request) => {
      const reading = orRefused(readAlertmanagerWebhook(request.body, { source: "alertmanager", nowMs: nowMs() }));
      const taken = await takeAlerts(engine, reading, handInOf(request, "alertmanager"));
      const { truncatedAlerts } = reading;
      return truncatedAlerts === 0 ? taken : { ...taken, truncatedAlerts };
    },
  );
  api.post(
    "/alerts/webhooks/:name",
    {
      bodyLimit: ALERT_BODY_LIMIT_BYTES,
      config: {
        needs: "responder",
        opensTo: (request) => {
          const { name = "" } = request.params as { readonly name?: string };
          return hasOwnToken(request, alertWebhooks.get(name));
        },
      },
      schema: {
        summary: "Take in alerts of any form by the mapping of this name",
        description: "Needs the role responder, or the webhook's own token.",
        params: z.object({ name: z.string().max(100) }),
        body: genericWebhookBody,
        response: { 200: alertsTakenSchema },
        tags: ["alerts"],
      },
    },
    async (request) => {
      const { name } = request.params;
      const webhook = alertWebhooks.get(name);
      if (webhook === undefined) throw notFound("webhook for alerts", name);
      const reading = readWebhook(webhook, request.body, nowMs());
      return takeAlerts(engine, reading, handInOf(request, `webhook/${name}`));
    },
  );
}

function hasOwnToken({ headers }: FastifyRequest, webhook: AlertWebhookConfig | undefined): boolean {
  const given = bearerOf(headers.authorization);
  const own = webhook?.token?.reveal();
  return own !== undefined && given !== undefined && isSameSecret(given, own);
}

function isSameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

function readWebhook(webhook: AlertWebhookConfig, body: unknown, nowMs: number): AlertmanagerReading {
  const { mapping, name: source, resolveTimeoutMs } = webhook;
  const context = { source, nowMs, ...(resolveTimeoutMs === undefined ? {} : { resolveTimeoutMs }) };
  // It came through the JSON parser.
  return orRefused(mapping.read(body as Json, context));
}

/** Who hands alerts in by a request: its caller, or the door itself where that has a token of its own. */
export function handInOf({ bodyHash, caller, ip }: FastifyRequest, via: string): AlertHandIn {
  const actor = caller === undefined ? via : actorName(caller, undefined);
  // A trusted proxy may pass on what is no address.
  return { actor, via, ...(isIP(ip) === 0 ? {} : { address: ip }), bodyHash };
}

/** Takes in what a body held; refuses when nothing of it could be taken, and names the first place. */
export async function takeAlerts(
  engine: Pick<Plimsoll, "alerts">,
  { alerts, setAside }: AlertmanagerReading,
  handIn: AlertHandIn,
): Promise<AlertsTaken> {
  const [first] = setAside;
  if (alerts.length === 0 && first !== undefined) {
    throw new HttpProblem(400, {
      code: "no-alert-taken",
      message: `None of ${setAside.length} alerts could be taken; the first, at ${shown(first.path)}: ${first.message}.`,
      path: shown(first.path),
    });
  }
  const receipts = await engine.alerts.take(alerts, handIn);
  return {
    taken: receipts.length,
    alerts: receipts.map(({ key, outcome }) => ({ key, outcome })),
    setAside: setAside.map(({ message, path }) => ({ path: shown(path), message })),
  };
}

/** A place in a body may hold a key that the caller made up. */
export function shown(path: string): string {
  return path.slice(0, 200);
}

/** Refuses a body that is no list of alerts as a whole. */
export function orRefused<Reading>(
  reading: Result<Reading, Pick<AlertmanagerProblem, "message"> & { readonly code: string }>,
): Reading {
  if (reading.ok) return reading.value;
  const { code, message } = reading.error;
  throw new HttpProblem(code === "too-many-alerts" ? 413 : 400, {
    code,
    message: `The body: ${message.slice(0, 1_000)}.`,
  });
}
