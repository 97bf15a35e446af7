import { metaResource, slosResource } from "../api/resources.js";
import { useResource } from "../api/use-resource.js";
import { SourceList } from "./source-list.js";
import { Age, TimeText } from "./time-text.js";

/** What stands behind the figures: version, last evaluation, storage, sources. */
export function StatusFooter() {
  const meta = useResource(metaResource).data;
  const evaluatedAt = useResource(slosResource).data?.at;
  if (meta === undefined) return <footer className="app-footer quiet">The service has not answered yet.</footer>;
  const aside = meta.sources.flatMap(({ setAside }) => setAside).reduce((sum, { count }) => sum + count, 0);
  const failing = meta.sources.filter(({ state }) => state === "failing").length;
  return (
    <footer className="app-footer">
      <p className="footer-line quiet">
        <span>Plimsoll {meta.version}</span>
        <span>
          {evaluatedAt === undefined ? (
            "not evaluated yet"
          ) : (
            <>
              evaluated <Age at={evaluatedAt} /> ago
            </>
          )}
        </span>
        <span>every {meta.sliceMs / 1000} s</span>
        <span>storage: {meta.storage}</span>
        <span>
          up since <TimeText at={meta.startedAt} form="near" />
        </span>
        {meta.demo && <span>demo</span>}
      </p>
      <details>
        <summary>
          {meta.sources.length === 1 ? "1 source" : `${meta.sources.length} sources`}
          {failing > 0 && <strong className="alarm">, {failing} failing</strong>}
          {aside > 0 && `, ${aside} samples set aside`}
        </summary>
        <SourceList sources={meta.sources} />
      </details>
    </footer>
  );
}
