import { createManualClock, type MakeHarness, type TimerHarness } from "@plimsoll/testkit";

import type { SqlConnection } from "../sql/sql.js";
import { BOSS_SCHEMA } from "../timer/boss.js";
import { openPostgresTimer, type PostgresTimer } from "../timer/postgres-timer.js";

/**
 * Makes harnesses of timers over a database that is emptied for each case. `again` opens the database as a process does
 * that begins.
 */
export function timerHarnesses(
  present: () => SqlConnection,
  again: () => Promise<SqlConnection>,
): MakeHarness<TimerHarness> {
  return async () => {
    const clock = createManualClock("2026-01-31T12:00:00Z");
    await present().script(`DROP SCHEMA IF EXISTS ${BOSS_SCHEMA} CASCADE`);
    const open = (sql: SqlConnection): Promise<PostgresTimer> => openPostgresTimer(sql, { clock, fires: "manual" });
    let timer = await open(present());
    return {
      timer,
      nowMs: () => clock.nowMs(),
      async advance(ms) {
        clock.advance(ms);
        await timer.runDue();
      },
      async reopen() {
        // A handler may never end; what it would write after the end of its process goes nowhere.
        void timer.close();
        timer = await open(await again());
        return timer;
      },
      close: () => timer.close(),
    };
  };
}
