import { useCallback, useEffect, useRef } from "react";
import { openIncidentsResource, slosResource } from "./api/resources.js";
import { useSession } from "./api/use-session.js";
import { useLive, useResource } from "./api/use-resource.js";
import { ShortcutHelp } from "./keyboard/shortcut-help.js";
import { useShortcuts } from "./keyboard/use-shortcuts.js";
import { headline, headlineWords } from "./layout/headline.js";
import { AppHeader } from "./parts/app-header.js";
import { ErrorBoundary } from "./parts/error-boundary.js";
import { PageNotices } from "./parts/page-notices.js";
import { StatusFooter } from "./parts/status-footer.js";
import { parseRoute, type Route } from "./router/route.js";
import { useLocation } from "./router/router-context.js";
import { GateView } from "./views/gate-view.js";
import { IncidentView } from "./views/incident-view.js";
import { IncidentsView } from "./views/incidents-view.js";
import { NotFoundView } from "./views/not-found-view.js";
import { OnCallView } from "./views/on-call-view.js";
import { Overview } from "./views/overview.js";
import { RunView } from "./views/run-view.js";
import { RunbookView } from "./views/runbook-view.js";
import { RunbooksView } from "./views/runbooks-view.js";
import { ServiceView } from "./views/service-view.js";
import { SignInLinkView, SignInView } from "./views/sign-in-view.js";
import { SilencesView } from "./views/silences-view.js";
import { SloView } from "./views/slo-view.js";

/** The page around every view. */
export function App() {
  const { path } = useLocation();
  const route = parseRoute(path);
  const help = useRef<HTMLDialogElement>(null);
  const showHelp = useCallback(() => help.current?.showModal(), []);
  useShortcuts(showHelp);
  const main = useFocusOnArrival(path);
  const said = useHeadlineInTab(route);
  const lost = useLive().status === "lost";
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <AppHeader route={route} onHelp={showHelp} />
      <PageNotices />
      <main id="main" ref={main} data-stale={lost} tabIndex={-1}>
        <ErrorBoundary key={path}>
          <View route={route} />
        </ErrorBoundary>
      </main>
      <StatusFooter />
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
      <ShortcutHelp dialog={help} />
    </>
  );
}

function View({ route }: { readonly route: Route }) {
  const session = useSession();
  const locked = session?.state === "signed-out" && !session.readsOpen;
  if (locked && route.view !== "sign-in" && route.view !== "sign-in-link") return <SignInView inPlace />;
  switch (route.view) {
    case "overview":
      return <Overview />;
    case "slo":
      return <SloView id={route.id} />;
    case "service":
      return <ServiceView id={route.id} />;
    case "incidents":
      return <IncidentsView />;
    case "incident":
      return <IncidentView id={route.id} />;
    case "on-call":
      return <OnCallView />;
    case "silences":
      return <SilencesView />;
    case "gate":
      return <GateView />;
    case "runbooks":
      return <RunbooksView />;
    case "runbook":
      return <RunbookView id={route.id} />;
    case "runbook-run":
      return <RunView id={route.id} />;
    case "sign-in":
      return <SignInView />;
    case "sign-in-link":
      return <SignInLinkView />;
    case "not-found":
      return <NotFoundView path={route.path} />;
  }
}

/** Does what the browser does on a new page: to the top, and the focus to what the page is about. */
function useFocusOnArrival(path: string) {
  const main = useRef<HTMLElement>(null);
  const arrivedAt = useRef(path);
  useEffect(() => {
    if (arrivedAt.current === path) return;
    arrivedAt.current = path;
    window.scrollTo(0, 0);
    // Whoever asked for a field of the new page has it already.
    if (document.activeElement instanceof HTMLInputElement) return;
    const heading = main.current?.querySelector<HTMLElement>("h1");
    (heading ?? main.current)?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

/** Says in the tab and to screen readers what is wrong, on whichever page one is. */
function useHeadlineInTab(route: Route): string {
  const slos = useResource(slosResource).data?.slos;
  const open = useResource(openIncidentsResource).data?.metrics.open;
  const top = slos === undefined ? undefined : headline(slos, open);
  const pages = top?.kind === "page" ? top.about.length : 0;
  const place =
    "id" in route
      ? route.id
      : route.view === "not-found"
        ? "Nothing here"
        : route.view === "sign-in" || route.view === "sign-in-link"
          ? "Sign in"
          : `${route.view.slice(0, 1).toUpperCase()}${route.view.slice(1)}`;
  useEffect(() => {
    document.title = `${pages > 0 ? `(${pages}) ` : ""}${place} · Plimsoll`;
    document.querySelector('link[rel="icon"]')?.setAttribute("href", pages > 0 ? "/favicon-alert.svg" : "/favicon.svg");
  }, [pages, place]);
  return top === undefined ? "" : headlineWords(top);
}
