import { openIncidentsResource } from "../api/resources.js";
import { useResource } from "../api/use-resource.js";
import { Link } from "../router/link.js";
import type { Route } from "../router/route.js";
import { ThemeToggle } from "../theme/theme-toggle.js";
import { LiveIndicator } from "./live-indicator.js";
import { Mark } from "./mark.js";
import { SessionMenu } from "./session-menu.js";

type AppHeaderProps = { readonly route: Route; readonly onHelp: () => void };

const PLACES = [
  { to: { view: "overview" }, name: "Overview", holds: ["overview", "slo", "service"] },
  { to: { view: "incidents" }, name: "Incidents", holds: ["incidents", "incident"] },
  { to: { view: "runbooks" }, name: "Runbooks", holds: ["runbooks", "runbook", "runbook-run"] },
  { to: { view: "on-call" }, name: "On-call", holds: ["on-call"] },
  { to: { view: "silences" }, name: "Silences", holds: ["silences"] },
  { to: { view: "gate" }, name: "Gate", holds: ["gate"] },
] as const;

/** Where one can go, and whether what is shown is of now. */
export function AppHeader({ route, onHelp }: AppHeaderProps) {
  const open = useResource(openIncidentsResource).data?.metrics.open ?? 0;
  return (
    <header className="app-header">
      <Link to={{ view: "overview" }} className="brand">
        <Mark />
        <span>Plimsoll</span>
      </Link>
      <nav aria-label="Main">
        {PLACES.map(({ holds, name, to }) => (
          <Link key={name} to={to} aria-current={holds.some((view) => view === route.view) ? "page" : undefined}>
            {name}
            {name === "Incidents" && open > 0 && (
              <span className="count figure">
                {open}
                <span className="visually-hidden"> open</span>
              </span>
            )}
          </Link>
        ))}
      </nav>
      <div className="app-header-end">
        <LiveIndicator />
        <SessionMenu />
        <ThemeToggle />
        <button
          type="button"
          className="icon-button"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={onHelp}
        >
          ?
        </button>
      </div>
    </header>
  );
}
