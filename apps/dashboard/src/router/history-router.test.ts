import { expect, test } from "vitest";
import { createHistoryRouter, type HistoryWindow } from "./history-router.js";

function fakeWindow() {
  const listeners: (() => void)[] = [];
  const entries = ["/"];
  const go = (to: string) => {
    location.pathname = to.split("?")[0] ?? "/";
    location.search = to.includes("?") ? `?${to.split("?")[1] ?? ""}` : "";
  };
  const location = { pathname: "/", search: "" };
  const browser = {
    location,
    history: {
      pushState: (_state: unknown, _title: string, to: string) => {
        entries.push(to);
        go(to);
      },
      replaceState: (_state: unknown, _title: string, to: string) => {
        entries[entries.length - 1] = to;
        go(to);
      },
    },
    addEventListener: (_type: string, listener: () => void) => listeners.push(listener),
  } as unknown as HistoryWindow;
  const back = () => {
    entries.pop();
    go(entries.at(-1) ?? "/");
    for (const listener of listeners) listener();
  };
  return { browser, entries, back };
}

test("goes to an address, tells who listens, and comes back with the browser", () => {
  const { back, browser, entries } = fakeWindow();
  const router = createHistoryRouter(browser);
  const seen: string[] = [];
  const stop = router.subscribe(() => seen.push(router.location()));
  router.navigate("/incidents");
  router.navigate("/?q=pay", { replace: true });
  back();
  stop();
  router.navigate("/gate");
  expect(seen).toEqual(["/incidents", "/?q=pay", "/"]);
  expect(entries).toEqual(["/", "/gate"]);
});
