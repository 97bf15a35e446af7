import { describe, expect, it } from "vitest";
import { labAddresses, LAB_BANKS, LAB_SERVICES, listeningProcesses, PORT_SPAN, routeOf } from "./topology.js";

describe("the lab's plan", () => {
  it("gives every process a port of its own within the span", () => {
    const ports = listeningProcesses(labAddresses(20_000)).map(({ port }) => port);
    expect(new Set(ports).size).toBe(ports.length);
    expect(Math.min(...ports)).toBe(20_000);
    expect(Math.max(...ports)).toBeLessThan(20_000 + PORT_SPAN);
  });

  it("has several instances of every service, and calls only services and banks that exist", () => {
    const names = [...LAB_SERVICES, ...LAB_BANKS].map(({ name }) => name);
    for (const plan of LAB_SERVICES) {
      expect(plan.instanceCount).toBeGreaterThan(1);
      expect(names).toEqual(expect.arrayContaining([...plan.calls]));
    }
  });

  it.each([
    ["/products/7", "/products"],
    ["/products", "/products"],
    ["/products?page=2", "/products"],
    ["/", "other"],
    ["/productsx", "other"],
    ["/etc/passwd", "other"],
  ])("counts %s as route %s", (path, route) => {
    expect(routeOf(path, ["/products"])).toBe(route);
  });
});
