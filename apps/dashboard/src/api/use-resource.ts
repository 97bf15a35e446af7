import { useCallback, useSyncExternalStore } from "react";
import { useDashboard } from "./dashboard-context.js";
import type { LiveState } from "./live-client.js";
import type { Snapshot } from "./resource-store.js";
import type { Resource } from "./resources.js";

/** Shows a resource for as long as the calling part is shown, and again whenever it changes. */
export function useResource<Answer>(resource: Resource<Answer>): Snapshot<Answer> {
  const { store } = useDashboard();
  const { path } = resource;
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(resource, listener),
    // A resource is its path: callers may make a new object for it on every render.
    [store, path],
  );
  return useSyncExternalStore(subscribe, () => store.snapshot(resource));
}

export function useLive(): LiveState {
  const { live } = useDashboard();
  return useSyncExternalStore(live.subscribe, live.state);
}
