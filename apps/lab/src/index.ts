export { startLab, DEFAULT_REQUESTS_PER_SECOND, type LabHandle, type StartLabOptions } from "./start-lab.js";
export { createLabClient, DEFAULT_STATE_DIRECTORY, type LabClient } from "./lab-client.js";
export type {
  BankStatus,
  BreakRequest,
  BrokenStatus,
  DeployRequest,
  HealRequest,
  InstanceStatus,
  LabStatus,
  ProcessStatus,
  RollBackRequest,
  RouteRequest,
  Routing,
  ScaleRequest,
  ServiceStatus,
  TrafficStatus,
} from "./control-protocol.js";
export { formatLabStatus } from "./format-lab-status.js";
export { describeFault, type Fault, type Release } from "./fault.js";
export {
  parseFaultOptions,
  parseInstance,
  parseMilliseconds,
  parsePercent,
  type FaultOptions,
} from "./parse-fault-options.js";
export {
  DEFAULT_PORT_BASE,
  LAB_BANKS,
  LAB_SERVICES,
  labAddresses,
  type BankAddress,
  type BankName,
  type BankPlan,
  type CalledName,
  type LabAddresses,
  type ProcessAddress,
  type ServiceAddresses,
  type ServiceName,
  type ServicePlan,
} from "./topology.js";
export { isLabErrorCode, LAB_ERROR_CODES, LabError, type LabErrorCode } from "./lab-error.js";
export type { Result } from "./result.js";
export {
  writeLabHistory,
  type LabHistory,
  type LabHistoryFile,
  type LabHistoryOptions,
} from "./history/write-lab-history.js";
export type { PastOutage } from "./history/traffic-model.js";
