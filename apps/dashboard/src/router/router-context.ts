import { createContext, useContext, useSyncExternalStore } from "react";
import type { HistoryRouter } from "./history-router.js";

export const RouterContext = createContext<HistoryRouter | undefined>(undefined);

export function useRouter(): HistoryRouter {
  const router = useContext(RouterContext);
  if (router === undefined) throw new Error("A link was rendered outside of the router.");
  return router;
}

/** Path and query, and a new render whenever they change. */
export function useLocation(): { readonly path: string; readonly query: URLSearchParams } {
  const router = useRouter();
  const [path = "/", query = ""] = useSyncExternalStore(router.subscribe, router.location).split("?");
  return { path, query: new URLSearchParams(query) };
}
