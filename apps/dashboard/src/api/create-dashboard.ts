import { metaShape } from "./answer-shapes.js";
import type { Dashboard } from "./dashboard-context.js";
import { createFetchJson, type FetchJson } from "./fetch-json.js";
import { createGather } from "./gather.js";
import { createLiveClient } from "./live-client.js";
import { createResourceStore } from "./resource-store.js";
import { sessionResource } from "./resources.js";
import { createServerClock } from "./server-clock.js";

const GATHER_MS = 150;
// A service that takes longer than this to answer a small question is as good as gone.
const PING_TIMEOUT_MS = 5000;

/** Joins the parts to the browser they run in. */
export function createDashboard(): Dashboard {
  const clock = createServerClock();
  const ask = createFetchJson(clock);
  const fetchJson: FetchJson = async (path, check, signal) => {
    const fetched = await ask(path, check, signal);
    // A session that ended while the page was open: who is asked now says so, and the page asks to sign in.
    if (!fetched.ok && fetched.failure.kind === "refused" && fetched.failure.status === 401) {
      store.reload(sessionResource);
    }
    return fetched;
  };
  const setTimer = (action: () => void, afterMs: number): unknown => setTimeout(action, afterMs);
  const store = createResourceStore({
    fetchJson,
    nowMs: Date.now,
    onContact: (reached) => {
      // What one answer shows is shown at once: a lost service, and one that is back.
      if (reached === (live.state().status === "lost")) live.verify();
    },
  });
  const gather = createGather({ afterMs: GATHER_MS, release: store.refresh, setTimer });
  const live = createLiveClient({
    openStream: () => new EventSource("/api/v1/events"),
    ping: async () => {
      const asked = await fetchJson("/api/v1/meta", metaShape, AbortSignal.timeout(PING_TIMEOUT_MS)).catch(
        () => undefined,
      );
      return asked !== undefined && (asked.ok || asked.failure.kind !== "unreachable");
    },
    onChange: gather.add,
    nowMs: Date.now,
    setTimer,
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) live.verify();
  });
  window.addEventListener("online", live.verify);
  window.addEventListener("offline", live.verify);
  return { store, live, clock };
}
