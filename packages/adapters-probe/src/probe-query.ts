import { durationText, durationTextMs, secretText } from "@plimsoll/core";
import { isIP } from "node:net";
import { z } from "zod";
import { compilePattern } from "./pattern.js";

const path = (description: string) => z.string().min(1, "It is empty.").meta({ description, relativeToFile: true });
const port = (description: string) =>
  z.number({ error: "Expected a port from 1 to 65535." }).int().min(1).max(65_535).meta({ description });
const host = (description: string) =>
  z.string({ error: "Expected a host's name or address." }).min(1, "It is empty.").meta({ description });
const ratio = (description: string) =>
  z
    .number({ error: "Expected a ratio from 0 to 1, such as 0.8." })
    .gt(0, "It must be more than 0.")
    .max(1, "It is more than 1; write 0.8 for 80 %.")
    .meta({ description });

const schedule = {
  every: durationText("How often to probe.", "15s").optional(),
  timeout: durationText("An attempt that takes longer has failed.", "5s").optional(),
  retries: z
    .number()
    .int("It is not a whole number.")
    .min(0)
    .max(5)
    .meta({
      description:
        "Further attempts after a failed one. Each attempt is an event of its own: a retry adds a good event, it does not take the bad one away.",
    })
    .optional(),
  retryAfter: durationText("The time between a failed attempt and the next.", "1s").optional(),
};

const tlsTrust = {
  verify: z
    .boolean()
    .meta({ description: "Whether the certificate must be trusted and fit the name. True unless said." })
    .optional(),
  ca: path("A file with the certificates to trust, in PEM, instead of the well-known ones.").optional(),
};

const STATUS = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/;
const statusRange = z
  .union([z.number().int().min(100).max(599), z.string().regex(STATUS)], {
    error: "Expected a status such as 204, or a range such as `200-299`.",
  })
  .refine((status) => typeof status === "number" || isAscending(status), { error: "The range runs backwards." });

const pattern = z.string({ error: "Expected a regular expression." }).superRefine((text, context) => {
  const compiled = compilePattern(text);
  if (!compiled.ok) context.addIssue({ code: "custom", message: compiled.error });
});

/** An HTTP request whose answer is judged. */
export const httpProbeQuerySchema = z
  .strictObject({
    probe: z.literal("http"),
    url: z
      .string({ error: "Expected an address such as `https://example.org/healthz`." })
      .refine(isHttpUrl, { error: "Expected an address of http or https, such as `https://example.org/healthz`." })
      .meta({ description: "What to request." }),
    method: z
      .string()
      .regex(/^[A-Z]+$/, "Expected a method such as GET.")
      .meta({ description: "GET unless said." })
      .optional(),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: "Headers to send; not sent on to another origin." })
      .optional(),
    secretHeaders: z
      .string()
      .min(1, "It is empty.")
      .meta({
        description:
          "The name of a set of `secretHeaders` in the source's settings, to send as well. A query is shown; a secret does not belong in it.",
      })
      .optional(),
    body: z.string().meta({ description: "What to send." }).optional(),
    status: z
      .array(statusRange)
      .min(1, "At least one status is needed.")
      .meta({ description: "The statuses that are good. `200-299` unless said." })
      .optional(),
    bodyContains: z.string().min(1).meta({ description: "Text that the body must hold." }).optional(),
    bodyMatches: pattern
      .meta({ description: "A regular expression that the body must match; `/…/i` for flags." })
      .optional(),
    bodyLimitBytes: z
      .number()
      .int()
      .min(1)
      .max(16_777_216)
      .meta({ description: "How much of the body is looked at. 65536 unless said." })
      .optional(),
    maxLatency: durationText("A complete answer that takes longer is bad.", "2s").optional(),
    redirects: z
      .enum(["follow", "judge"])
      .meta({ description: "`follow` up to five (the default), or `judge` the redirect itself by `status`." })
      .optional(),
    ...tlsTrust,
    ...schedule,
  })
  .meta({ description: "An HTTP request whose answer is judged." });

/** A TCP connection that must be accepted. */
export const tcpProbeQuerySchema = z
  .strictObject({
    probe: z.literal("tcp"),
    host: host("Where to connect to."),
    port: port("The port."),
    maxLatency: durationText("A connection that takes longer is bad.", "1s").optional(),
    ...schedule,
  })
  .meta({ description: "A TCP connection that must be accepted." });

/** A certificate that must be valid for some time yet. */
export const tlsProbeQuerySchema = z
  .strictObject({
    probe: z.literal("tls"),
    host: host("Where to connect to."),
    port: port("443 unless said.").optional(),
    serverName: host("The name to ask for and to expect. The host unless said.").optional(),
    minDaysLeft: z
      .number({ error: "Expected a number of days." })
      .min(0)
      .max(3_650)
      .meta({ description: "Fewer days of validity are bad. 14 unless said." })
      .optional(),
    ...tlsTrust,
    ...schedule,
  })
  .meta({ description: "A certificate that must be valid for some time yet." });

export const DNS_TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] as const;

/** A name that must resolve. */
export const dnsProbeQuerySchema = z
  .strictObject({
    probe: z.literal("dns"),
    name: host("The name to resolve."),
    type: z
      .enum(DNS_TYPES, { error: `Expected one of ${DNS_TYPES.join(", ")}.` })
      .meta({ description: "The record's type. A unless said." })
      .optional(),
    expect: z
      .array(z.string())
      .min(1)
      .meta({ description: "Values that the answer must hold. Any answer is good unless said." })
      .optional(),
    exact: z.boolean().meta({ description: "Whether the answer may hold nothing else." }).optional(),
    resolver: z
      .string()
      .refine(isResolver, {
        error: "Expected an address such as `192.0.2.53` or `192.0.2.53:5353`; a name will not do.",
      })
      .meta({ description: "The server to ask. The system's unless said." })
      .optional(),
    maxLatency: durationText("An answer that takes longer is bad.", "500ms").optional(),
    ...schedule,
  })
  .meta({ description: "A name that must resolve." });

/** A file system that must not be full. */
export const diskProbeQuerySchema = z
  .strictObject({
    probe: z.literal("disk"),
    path: path("A path on the file system."),
    maxUsedRatio: ratio("More used space is bad.").optional(),
    maxUsedInodesRatio: ratio("More used inodes are bad.").optional(),
    ...schedule,
  })
  .meta({ description: "A file system that must not be full: 0.9 unless said." });

/** A process that must run. */
export const processProbeQuerySchema = z
  .strictObject({
    probe: z.literal("process"),
    name: z.string().min(1, "It is empty.").meta({ description: "The program's name, without its folder." }).optional(),
    pidFile: path("A file with the process's id.").optional(),
    arguments: z.string().min(1).meta({ description: "Text that the command line must hold." }).optional(),
    minCount: z.number().int().min(1).meta({ description: "Fewer processes are bad. 1 unless said." }).optional(),
    ...schedule,
  })
  .refine(({ name, pidFile }) => (name === undefined) !== (pidFile === undefined), {
    error: "Expected either `name` or `pidFile`.",
  })
  .meta({ description: "A process that must run." });

/** What an SLI asks of the probe source. */
export const probeQuerySchema = z.discriminatedUnion(
  "probe",
  [
    httpProbeQuerySchema,
    tcpProbeQuerySchema,
    tlsProbeQuerySchema,
    dnsProbeQuerySchema,
    diskProbeQuerySchema,
    processProbeQuerySchema,
  ],
  { error: "Expected `probe` to be http, tcp, tls, dns, disk or process." },
);

export type HttpProbeQuery = z.output<typeof httpProbeQuerySchema>;
export type TcpProbeQuery = z.output<typeof tcpProbeQuerySchema>;
export type TlsProbeQuery = z.output<typeof tlsProbeQuerySchema>;
export type DnsProbeQuery = z.output<typeof dnsProbeQuerySchema>;
export type DiskProbeQuery = z.output<typeof diskProbeQuerySchema>;
export type ProcessProbeQuery = z.output<typeof processProbeQuerySchema>;
export type ProbeQuery = z.output<typeof probeQuerySchema>;

/** The settings of a probe source: what its probes do unless they say otherwise. */
export const probeSettingsSchema = z
  .strictObject({
    every: durationText("How often to probe.", "15s").default("15s"),
    timeout: durationText("An attempt that takes longer has failed.", "5s").default("5s"),
    retries: z.number().int().min(0).max(5).meta({ description: "Further attempts after a failed one." }).default(0),
    retryAfter: durationText("The time between a failed attempt and the next.", "1s").default("1s"),
    jitter: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: "Over which share of the interval the probes spread; the same for a probe every time." })
      .default(1),
    maxInFlight: z
      .number()
      .int()
      .min(1)
      .max(1_024)
      .meta({ description: "Attempts that run at once; further ones wait." })
      .default(32),
    keep: durationText("How long results can be read.", "6h").default("6h"),
    secretHeaders: z
      .record(z.string(), z.record(z.string(), secretText("A header's value.")))
      .meta({ description: "Sets of headers with secret values, by a name that HTTP probes give." })
      .optional(),
    idleAfter: durationText("A probe that nobody has read for so long stops.", "1h").default("1h"),
  })
  .meta({ description: "HTTP, TCP, TLS, DNS, disk and process probes." });

export type ProbeSettings = z.input<typeof probeSettingsSchema>;

function isAscending(range: string): boolean {
  const match = STATUS.exec(range);
  return match !== null && Number(match[2] ?? match[1]) >= Number(match[1]);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function isResolver(text: string): boolean {
  const match = /^(?:\[([^\]]+)\](?::\d{1,5})?|([^:]+)(?::\d{1,5})?)$/.exec(text);
  return isIP(text) !== 0 || (match !== null && isIP(match[1] ?? match[2] ?? "") !== 0);
}

const sourceCadence = z.looseObject({ every: probeSettingsSchema.shape.every });
const ownCadence = z.looseObject({ every: schedule.every.unwrap() });

/** How often a probe with these settings and this query has a result. */
export function probeSampleEveryMs(settings: unknown, query: unknown): number {
  const own = ownCadence.safeParse(query);
  return durationTextMs(own.success ? own.data.every : sourceCadence.parse(settings).every);
}
