/** Which incidents are shown. Lives in the address, so that it can be sent to somebody. */
export type IncidentFilter = { readonly status: string; readonly severity: string; readonly service: string };

export const SHOWN_STATUSES = ["open", "declared", "acknowledged", "mitigating", "mitigated", "resolved", "closed"];
export const SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV4"];

export function readIncidentFilter(query: URLSearchParams): IncidentFilter {
  const known = (name: string, values: readonly string[]) => values.find((value) => value === query.get(name)) ?? "";
  return {
    status: known("status", SHOWN_STATUSES),
    severity: known("severity", SEVERITIES),
    service: query.get("service") ?? "",
  };
}

/** As a query, of the page's address and of the API's alike; empty where nothing is left out. */
export function writeIncidentFilter({ service, severity, status }: IncidentFilter): string {
  const query = new URLSearchParams();
  if (status !== "") query.set("status", status);
  if (severity !== "") query.set("severity", severity);
  if (service !== "") query.set("service", service);
  return query.size === 0 ? "" : `?${query.toString()}`;
}
