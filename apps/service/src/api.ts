export {
  sloHistorySchema,
  sloListSchema,
  sloStatusSchema,
  serviceListSchema,
  type ServiceList,
  type SloHistory,
  type SloList,
  type SloStatus,
} from "./schemas/slo-schemas.js";
export {
  incidentDetailSchema,
  incidentListSchema,
  incidentSummarySchema,
  type IncidentDetail,
  type IncidentList,
  type IncidentSummary,
} from "./schemas/incident-schemas.js";
export {
  correctionInputSchema,
  correctionListSchema,
  correctionSchema,
  gateAnswerSchema,
  gateQuerySchema,
  overrideInputSchema,
  overrideListSchema,
  overrideSchema,
  type GateAnswerBody,
} from "./schemas/gate-schemas.js";
export {
  liveEventSchema,
  metaSchema,
  problemSchema,
  reportQuerySchema,
  type LiveEvent,
  type Meta,
  type Problem,
} from "./schemas/service-schemas.js";
export { reportSchema, type ReportBody } from "./schemas/report-schemas.js";
export {
  auditEntrySchema,
  auditPageSchema,
  auditQuerySchema,
  auditVerdictSchema,
  byInputSchema,
  issuedTokenSchema,
  openedSessionSchema,
  passwordInputSchema,
  roleInputSchema,
  sessionSchema,
  signInInputSchema,
  signInLinkInputSchema,
  tokenInputSchema,
  tokenListSchema,
  tokenSchema,
  userInputSchema,
  userListSchema,
  userSchema,
  type OpenedSessionBody,
  type SessionBody,
} from "./schemas/access-schemas.js";
export {
  alertExplanationSchema,
  alertListSchema,
  alertsTakenSchema,
  type ActiveAlert,
  type AlertExplanationBody,
  type AlertsTaken,
} from "./schemas/alert-schemas.js";
