import { z } from "zod";
import { failure, success, type Result } from "../errors/result.js";
import type { PolicyNotice } from "../budget/policy-notice.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Projection } from "./journal.js";

export const POLICY_PREFIX = "budget-policy/";

/** Knows which rules of budget policies hold that somebody was told of, made from events only. */
export type PolicyBook = {
  readonly projection: Projection;
  held(sloId: string): ReadonlySet<string>;
  unreadable(): readonly string[];
};

const noticeSchema: z.ZodType<PolicyNotice> = z.object({
  type: z.enum(["budget-rule.began", "budget-rule.ended"]),
  data: z.object({
    sloId: z.string(),
    service: z.string(),
    rule: z.string(),
    consumedRatio: z.number(),
    atMs: z.number(),
    explanation: z.string(),
  }),
});

/** Reads a notice as it was stored. */
export function parsePolicyNotice(stored: StoredEvent): Result<PolicyNotice, string> {
  const read = noticeSchema.safeParse(stored);
  if (read.success) return success(read.data);
  return failure(
    `${stored.stream}, version ${stored.version}: not a notice of a budget policy that this version can read`,
  );
}

const NONE: ReadonlySet<string> = new Set();

export function createPolicyBook(): PolicyBook {
  const held = new Map<string, Set<string>>();
  const unreadable: string[] = [];
  return {
    projection: {
      prefix: POLICY_PREFIX,
      apply(stored) {
        const notice = parsePolicyNotice(stored);
        if (!notice.ok) {
          unreadable.push(notice.error);
          return;
        }
        const { rule, sloId } = notice.value.data;
        const rules = held.get(sloId) ?? new Set();
        if (notice.value.type === "budget-rule.began") rules.add(rule);
        else rules.delete(rule);
        held.set(sloId, rules);
      },
    },
    held: (sloId) => held.get(sloId) ?? NONE,
    unreadable: () => unreadable,
  };
}
