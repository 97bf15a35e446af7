/** Knows the address that is shown, and goes to another without loading a page. */
export type HistoryRouter = {
  /** Path and query. */
  location(): string;
  navigate(to: string, options?: { readonly replace?: boolean }): void;
  subscribe(listener: () => void): () => void;
};

/** The parts of `window` that are used. */
export type HistoryWindow = Pick<Window, "addEventListener" | "location" | "history">;

export function createHistoryRouter(browser: HistoryWindow): HistoryRouter {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  browser.addEventListener("popstate", tell);
  return {
    location: () => browser.location.pathname + browser.location.search,
    navigate(to, { replace = false } = {}) {
      if (replace) browser.history.replaceState(null, "", to);
      else browser.history.pushState(null, "", to);
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
