import { useState } from "react";
import { useDashboard } from "./dashboard-context.js";
import { sessionResource } from "./resources.js";
import { usePost } from "./use-post.js";
import type { Written } from "./write.js";

/** What is asked of incidents, and how that goes. */
export type IncidentWrite = {
  readonly busy: boolean;
  /** Why the last thing asked was not done. */
  readonly problem: string | undefined;
  readonly forget: () => void;
  readonly ask: (path: string, body: object) => Promise<Written<unknown>>;
};

const OUTDATED =
  "It has changed since you began. The page shows how it stands now: look, and press again if it still makes sense.";

/** Asks for one thing at a time; the same thing asked again, because no answer came, is done once. */
export function useIncidentWrite(): IncidentWrite {
  const { store } = useDashboard();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const post = usePost();
  return {
    busy,
    problem,
    forget: () => setProblem(undefined),
    async ask(path, body) {
      setBusy(true);
      const written = await post(path, body);
      const outdated = !written.ok && written.failure.kind === "refused" && written.failure.code === "version-mismatch";
      // What was refused may have changed meanwhile; then the page should say so too, and before it speaks of it.
      const refreshed = store.refreshed("incident");
      if (outdated) await refreshed;
      setBusy(false);
      setProblem(written.ok ? undefined : outdated ? OUTDATED : written.failure.message);
      if (!written.ok && written.failure.kind === "refused" && written.failure.status === 401) {
        store.reload(sessionResource);
      }
      return written;
    },
  };
}
