import { metaResource } from "../api/resources.js";
import { useDashboard } from "../api/dashboard-context.js";
import { slosResource } from "../api/resources.js";
import { useNow } from "../api/use-now.js";
import { useLive, useResource } from "../api/use-resource.js";
import { formatAge } from "../format/duration.js";
import { formatClock } from "../format/instant.js";
import { freshness } from "../layout/freshness.js";

/** Whether what is shown is of now, in a few words. */
export function LiveIndicator() {
  const { clock } = useDashboard();
  const live = useLive();
  const nowMs = useNow();
  const meta = useResource(metaResource).data;
  const evaluatedAt = useResource(slosResource).data?.at;
  const fresh = freshness({
    live,
    nowMs,
    sliceMs: meta?.sliceMs,
    evaluatedAtMs: evaluatedAt === undefined ? undefined : Date.parse(evaluatedAt),
  });
  return (
    <span className={`live live-${fresh.kind}`}>
      <span className="live-dot" aria-hidden="true" />
      {fresh.kind === "lost" ? (
        fresh.asOfMs === undefined ? (
          "no connection"
        ) : (
          `as of ${formatClock(clock.nowMs(fresh.asOfMs))}`
        )
      ) : fresh.kind === "starting" ? (
        "connecting"
      ) : (
        <span>
          <span className="live-words">{fresh.words}, evaluated </span>
          {formatAge(fresh.ageMs)} ago
        </span>
      )}
    </span>
  );
}
