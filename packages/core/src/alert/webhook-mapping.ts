import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { externalAlert, type ExternalAlert, type ExternalAlertContext, type ReceivedAlert } from "./external-alert.js";
import type { Labels } from "./labels.js";
import { parseValuePath, valueAt, type ValuePath } from "./value-path.js";

/**
 * Says where in the body of somebody's webhook the parts of an alert are: each a way as `parseValuePath` reads it, or a
 * text after `=`, which is taken as it is.
 */
export type WebhookMappingSpec = {
  /** The way to the list of alerts; left out where the whole body is one. The other ways start at the alert. */
  readonly alerts?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The way to an object whose texts, numbers and truths are all labels; those of `labels` win. */
  readonly labelsFrom?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the source names the alert by; left out, its labels name it. */
  readonly fingerprint?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorUrl?: string;
  /** Which words say that it is over; any other says that it fires, and where there is none it is no alert. */
  readonly status?: { readonly at: string; readonly resolved: readonly string[] };
};

/** A mapping that is ready to be used. */
export type WebhookMapping = {
  read(
    body: Json,
    context: ExternalAlertContext & { readonly source: string },
  ): Result<MappedAlerts, { readonly code: "not-mapped" | "too-many-alerts"; readonly message: string }>;
};

/** What a body held. */
export type MappedAlerts = {
  readonly alerts: readonly ExternalAlert[];
  /** Alerts that could not be taken while the others were, each with its place in the body. */
  readonly setAside: readonly { readonly path: string; readonly message: string }[];
};

/** Why a mapping can not be used; `path` is the place in it. */
export type WebhookMappingProblem = { readonly path: string; readonly message: string };

const MOST_ALERTS = 10_000;

type Source = (alert: Json) => Json | undefined;

/** Makes a mapping ready; all that is wrong with it is told at once. */
export function webhookMapping(spec: WebhookMappingSpec): Result<WebhookMapping, readonly WebhookMappingProblem[]> {
  const problems: WebhookMappingProblem[] = [];
  const way = (path: string, text: string): ValuePath => {
    const parsed = parseValuePath(text);
    if (parsed.ok) return parsed.value;
    problems.push({ path, message: parsed.error.message });
    return [];
  };
  const source = (path: string, text: string | undefined): Source => {
    if (text === undefined) return () => undefined;
    if (text.startsWith("=")) return () => text.slice(1);
    const steps = way(path, text);
    return (alert) => valueAt(alert, steps);
  };
  const sources = (path: string, texts: Readonly<Record<string, string>> = {}) =>
    Object.entries(texts).map(([name, text]) => [name, source(`${path}.${name}`, text)] as const);

  const list = spec.alerts === undefined ? undefined : way("alerts", spec.alerts);
  const parts: Parts = {
    labels: sources("labels", spec.labels),
    labelsFrom: source("labelsFrom", spec.labelsFrom),
    annotations: sources("annotations", spec.annotations),
    fingerprint: source("fingerprint", spec.fingerprint),
    startsAt: source("startsAt", spec.startsAt),
    endsAt: source("endsAt", spec.endsAt),
    generatorUrl: source("generatorUrl", spec.generatorUrl),
    status: spec.status && { at: spec.status.at, read: source("status.at", spec.status.at) },
    resolved: new Set(spec.status?.resolved.map((word) => word.toLowerCase())),
  };
  if (parts.labels.length === 0 && spec.labelsFrom === undefined) {
    problems.push({
      path: "labels",
      message: "an alert needs at least one label; say where one is, or give one after =",
    });
  }
  if (problems.length > 0) return failure(problems);
  return success({
    read(body, context) {
      const found = list === undefined ? [body] : valueAt(body, list);
      if (!Array.isArray(found)) {
        return failure({
          code: "not-mapped",
          message: `there is no list at ${JSON.stringify(spec.alerts)} in the body`,
        });
      }
      if (found.length > MOST_ALERTS) {
        const message = `found ${found.length} alerts in one body; ${MOST_ALERTS} are the most`;
        return failure({ code: "too-many-alerts", message });
      }
      return success(readEach(found as readonly Json[], parts, context));
    },
  });
}

type Parts = {
  readonly labels: readonly (readonly [string, Source])[];
  readonly labelsFrom: Source;
  readonly annotations: readonly (readonly [string, Source])[];
  readonly fingerprint: Source;
  readonly startsAt: Source;
  readonly endsAt: Source;
  readonly generatorUrl: Source;
  readonly status: { readonly at: string; readonly read: Source } | undefined;
  readonly resolved: ReadonlySet<string>;
};

function readEach(
  items: readonly Json[],
  parts: Parts,
  context: ExternalAlertContext & { readonly source: string },
): MappedAlerts {
  const alerts: ExternalAlert[] = [];
  const setAside: { readonly path: string; readonly message: string }[] = [];
  for (const [index, item] of items.entries()) {
    const received = mapItemToReceived(item, parts, context.source);
    const alert = received.ok ? externalAlert(received.value, context) : received;
    if (alert.ok) alerts.push(alert.value);
    else {
      const { message, path } = alert.error;
      setAside.push({ path: path === "" ? `${index}` : `${index}.${path}`, message });
    }
  }
  return { alerts, setAside };
}

/** Why an item is no alert; `path` is the place in it, empty where that is the whole. */
type ItemProblem = { readonly path: string; readonly message: string };

function mapItemToReceived(item: Json, parts: Parts, source: string): Result<ReceivedAlert, ItemProblem> {
  const found = kindOf(item);
  if (found !== "an object") {
    const message = `an alert is an object, and this is ${found}; send an object, or say where the alerts are`;
    return failure({ path: "", message });
  }
  const status = parts.status && textOf(parts.status.read(item));
  // Whether it fires is not guessed: what says nothing where it is asked may be anything, also the end of something.
  if (parts.status !== undefined && status === "") {
    const message = `there is no word at ${JSON.stringify(parts.status.at)} that says whether the alert fires; send one, or map none`;
    return failure({ path: "status", message });
  }
  const fingerprint = textOf(parts.fingerprint(item));
  const startsAtMs = instantOf(parts.startsAt(item));
  const endsAtMs = instantOf(parts.endsAt(item));
  const generatorUrl = textOf(parts.generatorUrl(item));
  return success({
    source,
    labels: { ...allTexts(parts.labelsFrom(item)), ...textsOf(parts.labels, item) },
    annotations: textsOf(parts.annotations, item),
    ...(fingerprint === "" ? {} : { fingerprint }),
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    ...(generatorUrl === "" ? {} : { generatorUrl }),
    ...(status === undefined ? {} : { status: parts.resolved.has(status.toLowerCase()) ? "resolved" : "firing" }),
  });
}

function kindOf(item: Json): string {
  if (item === null) return "null";
  if (Array.isArray(item)) return "a list";
  const kinds = { boolean: "a truth value", number: "a number", object: "an object", string: "a text" };
  return kinds[typeof item as keyof typeof kinds];
}

function textsOf(sources: Parts["labels"], item: Json): Labels {
  return Object.fromEntries(sources.map(([name, source]) => [name, textOf(source(item))]));
}

function allTexts(value: Json | undefined): Labels {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, textOf(one)]));
}

/** A value as a label's: empty for nothing and for what is no single value. */
function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

// Seconds of this size are the year 5138, milliseconds the year 1973: no alert of either is about today.
const FIRST_IN_MS = 1e11;

/** An instant from a text with a zone, or from seconds or milliseconds since 1970; undefined where there is none. */
function instantOf(value: Json | undefined): number | undefined {
  const text = textOf(value);
  if (text === "") return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) return number < FIRST_IN_MS ? number * 1_000 : number;
  // Without its zone a clock time is no instant: NaN is refused by name where it is checked.
  return /(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}
