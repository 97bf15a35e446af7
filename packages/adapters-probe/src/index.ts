export { createProbeSource, type ProbeSource, type ProbeSourceDependencies } from "./probe-source.js";
export {
  diskProbeQuerySchema,
  dnsProbeQuerySchema,
  httpProbeQuerySchema,
  probeQuerySchema,
  probeSampleEveryMs,
  probeSettingsSchema,
  processProbeQuerySchema,
  tcpProbeQuerySchema,
  tlsProbeQuerySchema,
  type DiskProbeQuery,
  type DnsProbeQuery,
  type HttpProbeQuery,
  type ProbeQuery,
  type ProbeSettings,
  type ProcessProbeQuery,
  type TcpProbeQuery,
  type TlsProbeQuery,
} from "./probe-query.js";
export { createSnapshotSource, type SnapshotSourceDependencies } from "./snapshot-source.js";
export {
  snapshotQuerySchema,
  snapshotSampleEveryMs,
  snapshotSettingsSchema,
  type SnapshotQuery,
  type SnapshotSettings,
} from "./snapshot-query.js";
export { systemScheduler, type CancelTimer, type Scheduler } from "./scheduler.js";
