const { env } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process ?? { env: {} };

/** How many schedules each random property plays: few in every run, as many as somebody asks for when hunting. */
export const RUNS = Number(env["SIMULATION_RUNS"] ?? 60);

/** How many seeded schedules each test of the response plays: four of them make 10,000 in every run. */
export const SCHEDULES = Number(env["SIMULATION_SCHEDULES"] ?? 2_500);

/** Where the seeds begin, unless somebody replays one. */
export function firstSeed(usual: number): number {
  return Number(env["SIMULATION_SEED"] ?? usual);
}
