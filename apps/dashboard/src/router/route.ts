/** Every address of the dashboard. */
export type Route =
  | { readonly view: "overview" }
  | { readonly view: "slo"; readonly id: string }
  | { readonly view: "service"; readonly id: string }
  | { readonly view: "incidents" }
  | { readonly view: "incident"; readonly id: string }
  | { readonly view: "on-call" }
  | { readonly view: "silences" }
  | { readonly view: "gate" }
  | { readonly view: "runbooks" }
  | { readonly view: "runbook"; readonly id: string }
  | { readonly view: "runbook-run"; readonly id: string }
  | { readonly view: "sign-in" }
  | { readonly view: "sign-in-link" }
  | { readonly view: "not-found"; readonly path: string };

const LISTS = {
  "": "overview",
  incidents: "incidents",
  "on-call": "on-call",
  silences: "silences",
  gate: "gate",
  runbooks: "runbooks",
  "sign-in": "sign-in",
} as const;
const ITEMS = {
  slos: "slo",
  services: "service",
  incidents: "incident",
  runbooks: "runbook",
  "runbook-runs": "runbook-run",
} as const;

export function parseRoute(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  const [list = "", item] = parts;
  if (parts.length <= 1 && isKey(LISTS, list)) return { view: LISTS[list] };
  if (path === "/sign-in/link") return { view: "sign-in-link" };
  const id = item === undefined ? undefined : decode(item);
  if (parts.length === 2 && id !== undefined && isKey(ITEMS, list)) return { view: ITEMS[list], id };
  return { view: "not-found", path };
}

export function routePath(route: Exclude<Route, { view: "not-found" }>): string {
  switch (route.view) {
    case "overview":
      return "/";
    case "incidents":
    case "on-call":
    case "silences":
    case "gate":
    case "runbooks":
    case "sign-in":
      return `/${route.view}`;
    case "sign-in-link":
      return "/sign-in/link";
    case "slo":
    case "service":
    case "incident":
    case "runbook":
    case "runbook-run":
      return `/${route.view}s/${encode(route.id)}`;
  }
}

/** A dot is written as %2E: servers of single pages take a path that ends in `.something` for a file. */
function encode(id: string): string {
  return encodeURIComponent(id).replaceAll(".", "%2E");
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function isKey<Table extends object>(table: Table, key: string): key is Extract<keyof Table, string> {
  return Object.hasOwn(table, key);
}
