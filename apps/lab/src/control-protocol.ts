import { z } from "zod";

const ratio = z.number().gt(0).lte(1);

/** A fault as it crosses the control API. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("errors"), ratio }),
  z.strictObject({ kind: z.literal("latency"), addedMs: z.number().int().min(1).max(60_000), ratio }),
  z.strictObject({ kind: z.literal("saturation"), workMs: z.number().int().min(1).max(60_000) }),
  z.strictObject({ kind: z.literal("crash") }),
]);

/** The body of `POST /break`. */
export const breakRequestSchema = z.strictObject({
  service: z.string().max(100),
  faults: z.array(faultSchema).min(1).max(4).readonly(),
  instance: z.union([z.number().int().min(1), z.literal("all")]).optional(),
});

/** Which service or bank to break, how, and which of its instances; unless said, a crash is for the first and the rest for all. */
export type BreakRequest = Readonly<z.infer<typeof breakRequestSchema>>;

/** The body of `POST /heal`. */
export const healRequestSchema = z.strictObject({ service: z.string().max(100).optional() });

/** Which service or bank to heal; all when absent. */
export type HealRequest = Readonly<z.infer<typeof healRequestSchema>>;

const version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected a version such as v2");

/** The body of `POST /deploy`. */
export const deployRequestSchema = z.strictObject({
  service: z.string().max(100),
  version,
  defect: z.strictObject({ errors: ratio }).optional(),
});

/** Which version to put on which service; with a defect, a share of its requests fails. */
export type DeployRequest = Readonly<z.infer<typeof deployRequestSchema>>;

/** The body of `POST /roll-back`. */
export const rollBackRequestSchema = z.strictObject({ service: z.string().max(100), to: version.optional() });

/** Which service to take back to the version before, or to one that it has had. */
export type RollBackRequest = Readonly<z.infer<typeof rollBackRequestSchema>>;

/** The most instances that a service has ports for. */
export const MOST_INSTANCES = 9;

/** The body of `POST /scale`. */
export const scaleRequestSchema = z.strictObject({
  service: z.string().max(100),
  instances: z.number().int().min(1).max(MOST_INSTANCES),
});

/** How many instances a service shall have. */
export type ScaleRequest = Readonly<z.infer<typeof scaleRequestSchema>>;

/** Which share of the payments is charged at the fallback bank. */
export const routingSchema = z.strictObject({ fallback: z.number().min(0).max(1) });
export type Routing = Readonly<z.infer<typeof routingSchema>>;

/** The body of `PUT /routing`. */
export const routeRequestSchema = routingSchema.extend({ service: z.string().max(100) });

/** Which share of its charges a service shall send to the fallback bank. */
export type RouteRequest = Readonly<z.infer<typeof routeRequestSchema>>;

const processStatusShape = {
  name: z.string(),
  pid: z.number().int().optional(),
  port: z.number().int(),
  state: z.enum(["starting", "running", "crashed", "restarting", "stopped"]),
  since: z.string(),
  restarts: z.number().int(),
};

const processStatusSchema = z.object(processStatusShape).readonly();
const instanceStatusSchema = z
  .object({ ...processStatusShape, url: z.string(), version: z.string(), faults: z.array(faultSchema).readonly() })
  .readonly();

const trafficSchema = z
  .object({
    /** How much of the last ten seconds is covered. */
    seconds: z.number(),
    requestsPerSecond: z.number(),
    /** Absent when there were no requests: nothing is not the same as all fine. */
    errorRatio: z.number().optional(),
  })
  .readonly();

const serviceStatusSchema = z
  .object({
    name: z.string(),
    address: z.string(),
    calls: z.array(z.string()).readonly(),
    /** What was deployed, oldest first; the last is the present one. */
    versions: z.array(z.string()).readonly(),
    balancer: processStatusSchema,
    instances: z.array(instanceStatusSchema).readonly(),
    traffic: trafficSchema,
    /** Absent for a service that calls no bank. */
    routing: routingSchema.readonly().optional(),
  })
  .readonly();

const bankStatusSchema = z
  .object({
    name: z.string(),
    address: z.string(),
    /** The one process that it is. */
    instances: z.array(instanceStatusSchema).readonly(),
    traffic: trafficSchema,
  })
  .readonly();

/** What `POST /break` answers, and `POST /heal` for each that was meant. */
export const brokenStatusSchema = z.union([serviceStatusSchema, bankStatusSchema]);

/** What `GET /status` answers. */
export const labStatusSchema = z
  .object({
    supervisor: z.object({ pid: z.number().int(), port: z.number().int(), since: z.string() }).readonly(),
    gatewayUrl: z.string(),
    services: z.array(serviceStatusSchema).readonly(),
    banks: z.array(bankStatusSchema).readonly(),
    load: z
      .object({
        process: processStatusSchema,
        requestsPerSecondWanted: z.number(),
        traffic: trafficSchema,
        routes: z.record(z.string(), trafficSchema).readonly(),
      })
      .readonly(),
  })
  .readonly();

/** One process: `crashed` is held down by a fault, `restarting` waits for its next try. */
export type ProcessStatus = z.infer<typeof processStatusSchema>;
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;
/** Requests and errors over the last ten seconds. */
export type TrafficStatus = z.infer<typeof trafficSchema>;
/** One service; its traffic is what its balancer answered, which is what its callers saw. */
export type ServiceStatus = z.infer<typeof serviceStatusSchema>;
/** One bank; its traffic is what it answered. */
export type BankStatus = z.infer<typeof bankStatusSchema>;
/** Whatever can be broken on purpose. */
export type BrokenStatus = ServiceStatus | BankStatus;
/** The whole lab; `load.traffic` is what the load generator saw at the gateway. */
export type LabStatus = z.infer<typeof labStatusSchema>;

/** What a refused request answers. */
export const controlErrorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What the state file holds: where the control API is, and the token for it. */
export const labStateSchema = z.object({
  pid: z.number().int(),
  controlUrl: z.string(),
  token: z.string(),
  portBase: z.number().int(),
  startedAt: z.string(),
});
export type LabState = Readonly<z.infer<typeof labStateSchema>>;

/** Says what is wrong with a body: the path in it, what was found and expected. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; ");
}
