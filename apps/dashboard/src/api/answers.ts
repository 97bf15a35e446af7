import type {
  EvidenceDetail,
  GateAnswerBody,
  IncidentDetail,
  IncidentExplanationBody,
  IncidentList,
  IncidentSummary,
  LiveEvent,
  Meta,
  OpenedSessionBody,
  PostmortemBody,
  Problem,
  ServiceList,
  SessionBody,
  SloHistory,
  SloList,
  SloStatus,
  correctionListSchema,
  overrideListSchema,
} from "@plimsoll/service/api";

/** What the API answers. Types only: the schemas themselves, and zod, stay out of the bundle. */
export type {
  EvidenceDetail,
  GateAnswerBody,
  IncidentDetail,
  IncidentExplanationBody,
  IncidentList,
  IncidentSummary,
  LiveEvent,
  Meta,
  OpenedSessionBody,
  PostmortemBody,
  Problem,
  ServiceList,
  SessionBody,
  SloHistory,
  SloList,
  SloStatus,
};
export type CorrectionList = ReturnType<(typeof correctionListSchema)["parse"]>;
export type Correction = CorrectionList["corrections"][number];
export type OverrideList = ReturnType<(typeof overrideListSchema)["parse"]>;
export type Rule = SloStatus["rules"][number];
export type WindowBurn = Rule["long"];
export type ServiceRow = ServiceList["services"][number];
export type Role = Extract<SessionBody, { readonly state: "signed-in" }>["role"];
export type Risk = GateAnswerBody["risk"];
