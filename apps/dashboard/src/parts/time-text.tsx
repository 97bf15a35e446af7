import { useNow } from "../api/use-now.js";
import { formatAge } from "../format/duration.js";
import { formatClockNear, formatInstant, formatLocal } from "../format/instant.js";

type TimeTextProps = {
  readonly at: string;
  /** `near` leaves out the day while it is today. */
  readonly form?: "full" | "near";
};

/** An instant in UTC, and in the reader's own zone on hover. */
export function TimeText({ at, form = "full" }: TimeTextProps) {
  const nowMs = useNow();
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={formatLocal(atMs)} className="figure">
      {form === "full" ? formatInstant(atMs) : formatClockNear(atMs, nowMs)}
    </time>
  );
}

/** How long ago, counting up each second. */
export function Age({ at }: { readonly at: string }) {
  return <span className="figure">{formatAge(useNow() - Date.parse(at))}</span>;
}

/** Since when, and how long that is by now. */
export function Since({ at }: { readonly at: string }) {
  return (
    <span className="since">
      <span>
        since <TimeText at={at} form="near" />
      </span>{" "}
      <span className="since-age">
        (<Age at={at} />)
      </span>
    </span>
  );
}
