/** How many schedules each random property plays: few in every run, as many as somebody asks for when hunting. */
export const RUNS = Number(
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env["SIMULATION_RUNS"] ?? 60,
);
