import type {
  CorrectionList,
  GateAnswerBody,
  IncidentDetail,
  IncidentList,
  Meta,
  OverrideList,
  PostmortemBody,
  Risk,
  ServiceList,
  SessionBody,
  SloHistory,
  SloList,
  SloStatus,
} from "./answers.js";
import {
  correctionListShape,
  gateAnswerShape,
  incidentDetailShape,
  incidentListShape,
  metaShape,
  overrideListShape,
  postmortemShape,
  serviceListShape,
  sessionShape,
  sloHistoryShape,
  sloListShape,
  sloShape,
} from "./answer-shapes.js";
import type { Check } from "./shape.js";

/** What makes an answer out of date. */
export type Topic = "evaluated" | "incident";

declare const answer: unique symbol;

/** Names an answer of the API: where it is, how to tell that it fits, and what makes it old. */
export type Resource<Answer> = {
  readonly path: string;
  readonly check: Check;
  readonly topics: readonly Topic[];
  /** Carries the type only. */
  readonly [answer]?: Answer;
};

const API = "/api/v1";

function resource<Answer>(path: string, check: Check, topics: readonly Topic[]): Resource<Answer> {
  return { path: `${API}${path}`, check, topics };
}

const both = ["evaluated", "incident"] as const;

export const metaResource: Resource<Meta> = resource<Meta>("/meta", metaShape, ["evaluated"]);
export const slosResource: Resource<SloList> = resource<SloList>("/slos", sloListShape, ["evaluated"]);
export const servicesResource: Resource<ServiceList> = resource<ServiceList>("/services", serviceListShape, both);
export const incidentsResource: Resource<IncidentList> = resource<IncidentList>(
  "/incidents?status=all&limit=200",
  incidentListShape,
  both,
);
/** `query` is that of a filter, such as `?severity=SEV1`. */
export function foundIncidentsResource(query: string): Resource<IncidentList> {
  const more = query === "" ? "" : `&${query.slice(1)}`;
  return resource(`/incidents?limit=200${more}`, incidentListShape, both);
}
export const openIncidentsResource: Resource<IncidentList> = resource<IncidentList>(
  "/incidents?status=open&limit=200",
  incidentListShape,
  both,
);
export const correctionsResource: Resource<CorrectionList> = resource<CorrectionList>(
  "/corrections",
  correctionListShape,
  ["evaluated"],
);
export const overridesResource: Resource<OverrideList> = resource<OverrideList>("/overrides", overrideListShape, [
  "evaluated",
]);
/** No change of what is measured changes who is signed in. */
export const sessionResource: Resource<SessionBody> = resource<SessionBody>("/session", sessionShape, []);

export function sloResource(id: string): Resource<SloStatus> {
  return resource(`/slos/${encodeURIComponent(id)}`, sloShape, ["evaluated"]);
}

export function historyResource(id: string): Resource<SloHistory> {
  return resource(`/slos/${encodeURIComponent(id)}/history?points=200`, sloHistoryShape, ["evaluated"]);
}

export function incidentResource(id: string): Resource<IncidentDetail> {
  return resource(`/incidents/${encodeURIComponent(id)}`, incidentDetailShape, both);
}

/** Its sections, with what people wrote in them. */
export function postmortemResource(id: string): Resource<PostmortemBody> {
  return resource(`/incidents/${encodeURIComponent(id)}/postmortem/sections`, postmortemShape, ["incident"]);
}

/** Asks for anything but an emergency: that one is audited each time it is asked, so a page that refreshes must not ask. */
export function gateResource(risk: Exclude<Risk, "emergency">, service?: string): Resource<GateAnswerBody> {
  const scope = service === undefined ? "" : `&service=${encodeURIComponent(service)}`;
  return resource(`/gate?risk=${risk}${scope}`, gateAnswerShape, ["evaluated"]);
}
