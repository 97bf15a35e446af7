import { z } from "zod";
import { instant } from "./slo-schemas.js";

export const deliverySchema = z.object({
  id: z.string(),
  state: z.literal("dead").describe("given up: shown until somebody has it tried once more"),
  notifier: z.string(),
  urgency: z.enum(["page", "ticket", "info"]),
  title: z.string(),
  incidentId: z.string().optional().describe("absent for what is about none, such as a report"),
  person: z.string().optional().describe("whom an escalation wanted to tell; absent for what goes to a channel"),
  requestedAt: instant,
  givenUpAt: instant,
  attempts: z.number().int(),
  lastReason: z.string().describe("why the last attempt was in vain"),
});
export type DeliveryBody = z.infer<typeof deliverySchema>;

export const deliveryListSchema = z.object({ deliveries: z.array(deliverySchema) });
export type DeliveryList = z.infer<typeof deliveryListSchema>;

export const deliveryRetriedSchema = z.object({
  id: z.string().describe("of the delivery that is tried in its place"),
});
