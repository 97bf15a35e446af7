import type { ReactNode } from "react";
import { Link } from "../router/link.js";
import type { Route } from "../router/route.js";

type PageTitleProps = {
  readonly path: readonly { readonly to: Exclude<Route, { view: "not-found" }>; readonly name: string }[];
  readonly title: string;
  readonly badge?: ReactNode;
  readonly children?: ReactNode;
};

/** Where one is, and what it is called. */
export function PageTitle({ path, title, badge, children }: PageTitleProps) {
  return (
    <div className="page-title">
      {path.length > 0 && (
        <nav aria-label="Breadcrumb" className="crumbs">
          {path.map(({ name, to }) => (
            <Link key={name} to={to}>
              {name}
            </Link>
          ))}
        </nav>
      )}
      <div className="page-title-line">
        <h1 tabIndex={-1}>{title}</h1>
        {badge}
      </div>
      {children}
    </div>
  );
}
