import type { Notification } from "@plimsoll/core";

/** A page as the engine sends one. */
export const PAGE: Notification = {
  idempotencyKey: "alert-1/fired",
  threadKey: "payments-availability/burn",
  urgency: "page",
  title: "payments-availability pages",
  text: "6.2x over 6 h against 6x",
  fields: [{ name: "budget left", value: "41 %" }],
  url: "https://plimsoll.example/incidents/7?tab=a&b=c",
};
