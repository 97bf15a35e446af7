import { externalAlert, failure, success } from "@plimsoll/core";
import type { ExternalAlert, ReceivedAlert, Result } from "@plimsoll/core";
import { z } from "zod";

import { postableAlertSchema, webhookAlertSchema, webhookSchema } from "./alertmanager-wire.js";

/** Where and when a body came in. */
export type AlertmanagerContext = {
  /** The configured name of the source. */
  readonly source: string;
  readonly nowMs: number;
};

/** An alert that could not be taken, while the others of its body were. */
export type AlertSetAside = {
  /** Its place in the body, such as `alerts.3.labels.job`. */
  readonly path: string;
  readonly message: string;
};

/** What a body held. */
export type AlertmanagerReading = {
  readonly alerts: readonly ExternalAlert[];
  readonly setAside: readonly AlertSetAside[];
};

/** The body as a whole is none; nothing of it was taken. */
export type AlertmanagerProblem = { readonly code: "not-alertmanager" | "too-many-alerts"; readonly message: string };

/** The most alerts in one body; Prometheus sends 64, and Alertmanager a group. */
export const MOST_ALERTS = 10_000;
/** What Alertmanager gives an alert whose sender gives no end, unless it is sent again. */
export const RESOLVE_TIMEOUT_MS = 300_000;

/**
 * Reads the body of `POST /api/v2/alerts`, so that a Prometheus can point here as it would at an Alertmanager. An alert
 * without an end times out, as its sender repeats what fires.
 */
export function readPostedAlerts(
  body: unknown,
  context: AlertmanagerContext & { readonly resolveTimeoutMs?: number },
): Result<AlertmanagerReading, AlertmanagerProblem> {
  const list = z.array(z.unknown()).safeParse(body);
  if (!list.success) {
    return failure({ code: "not-alertmanager", message: `expected a list of alerts, found ${nameOf(body)}` });
  }
  const resolveTimeoutMs = context.resolveTimeoutMs ?? RESOLVE_TIMEOUT_MS;
  return readEach(list.data, { ...context, resolveTimeoutMs, path: "", schema: postableAlertSchema });
}

/**
 * Reads the body of Alertmanager's webhook, version 4. An alert that fires has no end until Alertmanager says that it is
 * resolved: it repeats only every few hours, so that no timeout could tell.
 */
export function readAlertmanagerWebhook(
  body: unknown,
  context: AlertmanagerContext,
): Result<AlertmanagerReading & { readonly truncatedAlerts: number }, AlertmanagerProblem> {
  const read = webhookSchema.safeParse(body);
  if (!read.success) {
    const message = `expected Alertmanager's webhook, version 4: ${z.prettifyError(read.error)}`;
    return failure({ code: "not-alertmanager", message });
  }
  const { alerts, truncatedAlerts = 0 } = read.data;
  const reading = readEach(alerts, { ...context, path: "alerts.", schema: webhookAlertSchema });
  return reading.ok ? success({ ...reading.value, truncatedAlerts }) : reading;
}

type WireAlert = z.infer<typeof postableAlertSchema> & { readonly status?: "firing" | "resolved" };

type Task = AlertmanagerContext & {
  readonly path: string;
  readonly resolveTimeoutMs?: number;
  readonly schema: z.ZodType<WireAlert>;
};

function readEach(items: readonly unknown[], task: Task): Result<AlertmanagerReading, AlertmanagerProblem> {
  if (items.length > MOST_ALERTS) {
    const message = `found ${items.length} alerts in one body; ${MOST_ALERTS} are the most`;
    return failure({ code: "too-many-alerts", message });
  }
  const alerts: ExternalAlert[] = [];
  const setAside: AlertSetAside[] = [];
  for (const [index, item] of items.entries()) {
    const path = `${task.path}${index}`;
    const wire = task.schema.safeParse(item);
    if (!wire.success) {
      for (const { message, path: inside } of wire.error.issues.slice(0, 1)) {
        setAside.push({ path: [path, ...inside.map(String)].join("."), message });
      }
      continue;
    }
    const alert = externalAlert(mapWireToReceived(wire.data, task.source), task);
    if (alert.ok) alerts.push(alert.value);
    else setAside.push({ path: `${path}.${alert.error.path}`, message: alert.error.message });
  }
  return success({ alerts, setAside });
}

// Its fingerprint is made here from the labels, as Alertmanager makes it: nobody can send one alert under another's name.
function mapWireToReceived(wire: WireAlert, source: string): ReceivedAlert {
  const { annotations, endsAt, generatorURL, labels, startsAt, status } = wire;
  return {
    source,
    labels,
    ...(annotations === undefined ? {} : { annotations }),
    ...(startsAt === undefined ? {} : { startsAtMs: startsAt }),
    ...(endsAt === undefined ? {} : { endsAtMs: endsAt }),
    ...(status === undefined ? {} : { status }),
    ...(generatorURL === undefined ? {} : { generatorUrl: generatorURL }),
  };
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
