/** How much it matters that something is done; an overdue P0 blocks readiness. */
export type ActionPriority = "P0" | "P1" | "P2" | "P3";

/** Every priority, most important first. */
export const ACTION_PRIORITIES = ["P0", "P1", "P2", "P3"] as const satisfies readonly ActionPriority[];

/** Something to be done so that an incident does not come again, or hurts less. */
export type ActionItem = {
  /** `A1`, `A2`, …: unique within its incident. */
  readonly id: string;
  readonly title: string;
  /** A person or a team. */
  readonly owner: string;
  readonly priority: ActionPriority;
  readonly dueAtMs: number;
  readonly addedAtMs: number;
} & (
  | { readonly status: "open" }
  | { readonly status: "done"; readonly doneAtMs: number; readonly outcome: string }
  | { readonly status: "dropped"; readonly droppedAtMs: number; readonly reason: string }
);
