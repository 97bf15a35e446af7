import { createContext, useContext } from "react";
import type { LiveClient } from "./live-client.js";
import type { ResourceStore } from "./resource-store.js";
import type { ServerClock } from "./server-clock.js";

/** What every view is given: where answers come from, and whether they still do. */
export type Dashboard = {
  readonly store: ResourceStore;
  readonly live: LiveClient;
  readonly clock: ServerClock;
};

export const DashboardContext = createContext<Dashboard | undefined>(undefined);

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === undefined) throw new Error("A part of the dashboard was rendered outside of it.");
  return dashboard;
}
