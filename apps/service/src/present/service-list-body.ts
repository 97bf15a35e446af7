import { isOpenStatus, type Plimsoll, type SloView } from "@plimsoll/core";
import type { ServiceList } from "../api.js";
import { defined } from "./slo-body.js";

// Loudest first: a service is shown as its worst objective is.
const LOUDNESS = ["firing", "frozen", "no-data", "healthy"] as const;

/** Writes the services with what their objectives and incidents come to. */
export function serviceListBody(engine: Plimsoll): ServiceList {
  const byService = new Map<string, SloView[]>(engine.services.map(({ id }) => [id, []]));
  for (const view of engine.views()) byService.get(view.slo.service)?.push(view);
  const open = engine.incidents().filter(({ status }) => isOpenStatus(status));
  return {
    services: engine.services.map((service) => {
      const views = byService.get(service.id) ?? [];
      const own = views.filter(({ slo }) => slo.mode === "active");
      const kinds = new Set(own.map(({ evaluation }) => evaluation.verdict.kind));
      const remaining = own.map(({ evaluation }) => evaluation.budget.remainingRatio);
      return {
        id: service.id,
        ...defined({ title: service.title, owner: service.owner }),
        tier: service.tier,
        dependsOn: [...service.dependsOn],
        slos: views.map(({ slo }) => slo.id),
        worstVerdict: LOUDNESS.find((kind) => kinds.has(kind)) ?? "no-data",
        ...defined({ lowestRemainingRatio: remaining.length === 0 ? undefined : Math.min(...remaining) }),
        openIncidents: open.filter((incident) => incident.service === service.id).map(({ id }) => id),
      };
    }),
  };
}
