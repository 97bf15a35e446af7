import { useSyncExternalStore } from "react";
import { useDashboard } from "./dashboard-context.js";

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

function everySecond(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    for (const one of listeners) one();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/**
 * The service's time, to the second. It stands still while the connection is lost: nobody knows how long a thing has
 * lasted that may be over.
 */
export function useNow(): number {
  const { clock, live } = useDashboard();
  return useSyncExternalStore(everySecond, () => {
    const { lastContactMs, status } = live.state();
    const nowMs = status === "lost" ? clock.nowMs(lastContactMs) : clock.nowMs();
    return Math.floor(nowMs / 1000) * 1000;
  });
}
