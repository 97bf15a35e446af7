import type { SloHistory, SloStatus } from "../src/api/answers.js";

const STEPS = 200;

/** A period that ends where the SLO stands now: a slow burn, a gap of twelve hours, and a fall when its budget is overspent. */
export function sloHistory(slo: SloStatus, nowMs: number): SloHistory {
  const fromMs = Date.parse(slo.window.from);
  const stepMs = (nowMs - fromMs) / STEPS;
  const end = slo.budget.consumedRatio;
  const fallsAt = end > 1 ? STEPS - 3 : STEPS;
  const slow = end > 1 ? 0.58 : end;
  const points = Array.from({ length: STEPS }, (_none, index) => {
    const step = index + 1;
    const base = (slow * step) / STEPS + slow * 0.04 * Math.sin((step / STEPS) * 8 * Math.PI);
    const consumed = step <= fallsAt ? Math.max(0, base) : slow + ((end - slow) * (step - fallsAt)) / (STEPS - fallsAt);
    const gap = step > 90 && step <= 94;
    return {
      at: new Date(fromMs + step * stepMs).toISOString(),
      bad: gap ? 0 : step > fallsAt ? 21_400 : Math.round(Math.max(0, 300 + 280 * Math.sin(step * 1.7))),
      total: gap ? 0 : 518_400,
      coverageRatio: gap ? 0.12 : 1,
      remainingRatio: 1 - consumed,
    };
  });
  return { sloId: slo.id, from: slo.window.from, to: new Date(nowMs).toISOString(), stepMs, points };
}
