import { Icon, type IconName } from "./icon.js";

const TONES: Readonly<Record<string, IconName>> = {
  succeeded: "healthy",
  paused: "ticket",
  failed: "page",
  compensated: "page",
  abandoned: "no-data",
  cancelled: "no-data",
  "undo-failed": "page",
  undone: "no-data",
};

/** How a run or a step of one stands. */
export function RunBadge({ status }: { readonly status: string }) {
  const tone = TONES[status];
  return (
    <span className={`badge badge-${tone ?? "quiet"}`}>
      {tone !== undefined && <Icon name={tone} />}
      {status}
    </span>
  );
}
