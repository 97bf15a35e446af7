import { useDashboard } from "../api/dashboard-context.js";
import { undeliveredResource } from "../api/on-call-resources.js";
import { metaResource, slosResource } from "../api/resources.js";
import { useNow } from "../api/use-now.js";
import { useLive, useResource } from "../api/use-resource.js";
import { formatAge } from "../format/duration.js";
import { formatClock } from "../format/instant.js";
import { freshness } from "../layout/freshness.js";
import { undeliveredWords } from "../layout/undelivered-words.js";
import { Link } from "../router/link.js";
import { Icon } from "./icon.js";

/** What every page must say first: that it is old, that the service is late, what the service wants said. */
export function PageNotices() {
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
  const failing = meta?.sources.filter(({ state }) => state === "failing") ?? [];
  return (
    <div className="notices">
      <div role="status">
        {fresh.kind === "lost" && (
          <p className="notice notice-lost">
            <Icon name="page" />
            <span>
              <strong>
                Connection lost
                {fresh.asOfMs === undefined ? "" : `, data as of ${formatClock(clock.nowMs(fresh.asOfMs))}`}.
              </strong>{" "}
              The service does not answer; this page tries again every few seconds and recovers by itself.
            </span>
          </p>
        )}
      </div>
      {fresh.kind === "late" && (
        <p className="notice notice-late">
          <Icon name="ticket" />
          <span>
            <strong>The last evaluation is {formatAge(fresh.ageMs)} old.</strong> The service answers but does not
            evaluate: look at its log.
          </span>
        </p>
      )}
      <UndeliveredNotice />
      {failing.length > 0 && (
        <p className="notice notice-late">
          <Icon name="ticket" />
          <span>
            <strong>{failing.length === 1 ? "A source fails" : `${failing.length} sources fail`}:</strong>{" "}
            {failing
              .map(({ lastError, name }) => (lastError === undefined ? name : `${name} (${lastError})`))
              .join("; ")}
          </span>
        </p>
      )}
      {meta?.notice !== undefined && (
        <p className="notice">
          <Icon name="info" />
          <span>{meta.notice}</span>
        </p>
      )}
    </div>
  );
}

/** What was not delivered is said on every page: whoever was wanted does not know. */
function UndeliveredNotice() {
  const undelivered = undeliveredWords(useResource(undeliveredResource).data?.deliveries ?? []);
  if (undelivered === undefined) return null;
  const { loud, words } = undelivered;
  return (
    <p className={`notice ${loud ? "notice-lost" : "notice-late"}`}>
      <Icon name={loud ? "page" : "ticket"} />
      <span>
        <strong>{words}</strong> <Link to={{ view: "on-call" }}>See for whom and why, and send again</Link>
      </span>
    </p>
  );
}
