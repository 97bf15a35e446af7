import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from "react";
import { routePath, type Route } from "./route.js";
import { useRouter } from "./router-context.js";

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & {
  readonly to: Exclude<Route, { view: "not-found" }>;
  readonly query?: string;
  readonly children: ReactNode;
};

/** A real link, so that it opens in a new tab too; a plain click stays in the page. */
export function Link({ to, query = "", children, ...rest }: LinkProps) {
  const router = useRouter();
  const href = routePath(to) + query;
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.navigate(href);
  };
  return (
    <a {...rest} href={href} onClick={onClick}>
      {children}
    </a>
  );
}
