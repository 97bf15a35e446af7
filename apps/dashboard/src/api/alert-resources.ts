import type { ActiveAlert } from "@plimsoll/service/api";
import type { Resource } from "./resources.js";
import { list, record, text } from "./shape.js";

/** The alerts from elsewhere that fire. */
export const alertsResource: Resource<{ readonly alerts: readonly ActiveAlert[] }> = {
  path: "/api/v1/alerts?limit=200",
  check: record({ alerts: list(record({ key: text, labels: record({}) })) }),
  topics: ["evaluated", "incident"],
};
