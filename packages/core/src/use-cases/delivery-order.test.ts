import { expect, it } from "vitest";
import { waiting } from "./delivery.fixture.js";
import { deliveryOrder } from "./delivery-order.js";

const ids = (deliveries: readonly { readonly id: string }[]): string => deliveries.map(({ id }) => id).join(" ");
const never = () => undefined;

it("tells pages first, then tickets, then the rest, each by age", () => {
  const asked = [
    waiting(1, { threadKey: "a", urgency: "info" }),
    waiting(2, { threadKey: "b", urgency: "ticket" }),
    waiting(4, { threadKey: "d", urgency: "page" }),
    waiting(3, { threadKey: "c", urgency: "page" }),
    waiting(5, { threadKey: "e", urgency: "ticket" }),
  ];
  expect(ids(deliveryOrder(asked, never))).toBe("d3 d4 d2 d5 d1");
});

it("tells the first alert of every service before the second of any", () => {
  const alert = (order: number, service: string) =>
    waiting(order, { threadKey: `t${order}`, urgency: "page", service });
  const asked = [alert(1, "a"), alert(2, "a"), alert(3, "a"), alert(4, "b"), alert(5, "c"), alert(6, "b")];
  expect(ids(deliveryOrder(asked, never))).toBe("d1 d4 d5 d2 d6 d3");
});

it("tells of a service that nobody heard of before one that was just told of", () => {
  const alert = (order: number, service?: string) =>
    waiting(order, { threadKey: `t${order}`, ...(service === undefined ? {} : { service }) });
  const asked = [alert(1, "fresh"), alert(2, "stale"), alert(3, "unheard"), alert(4)];
  const toldMs = (service: string) => ({ fresh: 200, stale: 100 })[service];
  expect(ids(deliveryOrder(asked, toldMs))).toBe("d3 d4 d2 d1");
});

it("counts alerts of a service by urgency, so that its ticket does not hold its page back", () => {
  const asked = [
    waiting(1, { threadKey: "a", urgency: "ticket", service: "a" }),
    waiting(2, { threadKey: "b", urgency: "page", service: "b" }),
    waiting(3, { threadKey: "c", urgency: "page", service: "a" }),
    waiting(4, { threadKey: "d", urgency: "page", service: "b" }),
  ];
  expect(ids(deliveryOrder(asked, never))).toBe("d2 d3 d4 d1");
});

it("keeps a thread together and in its own order, at the place of its most urgent message", () => {
  const asked = [
    waiting(1, { threadKey: "calm", urgency: "ticket" }),
    waiting(4, { threadKey: "loud", urgency: "info", service: "a" }),
    waiting(3, { threadKey: "loud", urgency: "page" }),
    waiting(2, { threadKey: "loud", urgency: "info" }),
  ];
  expect(ids(deliveryOrder(asked, never))).toBe("d2 d3 d4 d1");
});

it("knows a thread's service by whichever message names it", () => {
  const asked = [
    waiting(1, { threadKey: "x" }),
    waiting(2, { threadKey: "x", service: "told" }),
    waiting(3, { threadKey: "y", service: "untold" }),
  ];
  expect(ids(deliveryOrder(asked, (service) => (service === "told" ? 5 : undefined)))).toBe("d3 d1 d2");
});
