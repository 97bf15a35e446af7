import type { VerdictKind } from "../layout/shown-verdict.js";

export type IconName = VerdictKind | "allow" | "deny" | "unknown" | "info" | "link";

/** Shapes that differ without their colour: octagon, triangle, bars, broken circle, tick. */
const PATHS = {
  page: "M5 1h6l4 4v6l-4 4H5l-4-4V5zM8 4v5M8 11v1.2",
  ticket: "M8 1.5 15 14.5H1zM8 6v4M8 11.5v1",
  frozen: "M8 1v14M2 4.5l12 7M14 4.5l-12 7M6 2.3 8 4l2-1.7M6 13.7 8 12l2 1.7",
  "no-data":
    "M8 1.5a6.5 6.5 0 0 1 4.6 1.9M14.5 8a6.5 6.5 0 0 1-1.9 4.6M8 14.5a6.5 6.5 0 0 1-4.6-1.9M1.5 8a6.5 6.5 0 0 1 1.9-4.6M5 8h6",
  healthy: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M4.8 8.3l2.2 2.2l4.2-4.8",
  allow: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M4.8 8.3l2.2 2.2l4.2-4.8",
  deny: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M4.5 8h7",
  unknown: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M6 6.3a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.3M8 11v1",
  info: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M8 7v5M8 4v1",
  link: "M3 8h9M8.5 4.5 12 8l-3.5 3.5",
} as const satisfies Record<IconName, string>;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
