import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRoute, routePath, type Route } from "./route.js";

test("every address leads to its view", () => {
  expect(parseRoute("/")).toEqual({ view: "overview" });
  expect(parseRoute("/sign-in")).toEqual({ view: "sign-in" });
  expect(parseRoute("/sign-in/link")).toEqual({ view: "sign-in-link" });
  expect(parseRoute("/sign-in/else")).toEqual({ view: "not-found", path: "/sign-in/else" });
  expect(routePath({ view: "sign-in" })).toBe("/sign-in");
  expect(routePath({ view: "sign-in-link" })).toBe("/sign-in/link");
  expect(parseRoute("/incidents/")).toEqual({ view: "incidents" });
  expect(parseRoute("/slos/payments-availability")).toEqual({ view: "slo", id: "payments-availability" });
  expect(parseRoute("/runbooks")).toEqual({ view: "runbooks" });
  expect(parseRoute("/runbooks/drain-node")).toEqual({ view: "runbook", id: "drain-node" });
  expect(parseRoute("/runbook-runs/01J")).toEqual({ view: "runbook-run", id: "01J" });
  expect(routePath({ view: "runbooks" })).toBe("/runbooks");
  expect(parseRoute("/slos/a/b")).toEqual({ view: "not-found", path: "/slos/a/b" });
  expect(parseRoute("/toString")).toEqual({ view: "not-found", path: "/toString" });
  expect(parseRoute("/slos/%E0%A4")).toEqual({ view: "not-found", path: "/slos/%E0%A4" });
});

test("a path leads back to where it came from, whatever the id", () => {
  const ids = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(ids, fc.constantFrom("slo", "service", "incident", "runbook", "runbook-run"), (id, view) => {
      const route: Exclude<Route, { view: "not-found" }> = { view: view as "slo", id };
      expect(parseRoute(routePath(route))).toEqual(route);
    }),
  );
});

test("an id with a dot makes no path that looks like a file", () => {
  expect(routePath({ view: "slo", id: "payments.v2" })).toBe("/slos/payments%2Ev2");
});
