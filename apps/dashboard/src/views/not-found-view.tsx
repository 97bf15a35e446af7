import { Link } from "../router/link.js";

/** For addresses that lead nowhere. */
export function NotFoundView({ path }: { readonly path: string }) {
  return (
    <div className="empty">
      <h1 tabIndex={-1}>There is nothing at {path}</h1>
      <p>
        <Link to={{ view: "overview" }}>Go to the overview</Link>
      </p>
    </div>
  );
}
