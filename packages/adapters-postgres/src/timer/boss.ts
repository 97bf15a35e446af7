import { PgBoss } from "pg-boss";

import type { SqlConnection } from "../sql/sql.js";

/** pg-boss keeps its tables in a schema of its own, beside `plimsoll`. */
export const BOSS_SCHEMA = "plimsoll_jobs";
/** The queue whose jobs are the timers' entries. */
export const TIMER_QUEUE = "timers";

/** Starts pg-boss over an open database: brings its schema up to date and makes the queue. */
export async function startBoss(sql: SqlConnection): Promise<PgBoss> {
  const boss = new PgBoss({
    schema: BOSS_SCHEMA,
    backend: sql.backend === "embedded" ? "pglite" : "postgres",
    db: {
      // Its scripts of several statements have no parameters.
      executeSql: async (text, values = []) => ({
        rows: [...(values.length === 0 ? await sql.script(text) : await sql.query(text, values))],
      }),
    },
    // Entries are never fetched by its workers, so there is nothing for its housekeeping to do; and it would drop what is
    // overdue for two weeks, which a timer must not.
    supervise: false,
    schedule: false,
  });
  // Without a listener its background queries would end the process when the database is away for a moment.
  boss.on("error", () => undefined);
  try {
    await boss.start();
    if ((await boss.getQueue(TIMER_QUEUE)) === null) await boss.createQueue(TIMER_QUEUE);
    return boss;
  } catch (error) {
    await stopBoss(boss);
    throw error;
  }
}

/** Stops pg-boss; the database stays open. */
export async function stopBoss(boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: false, close: false }).catch(() => undefined);
}
