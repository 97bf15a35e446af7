import type { Routing } from "../control-protocol.js";
import { callService, type CallOutcome } from "../http/call-service.js";
import type { LabReply, LabRequest } from "../http/observed-server.js";
import type { CalledName } from "../topology.js";

/** Where a service finds those that it calls. */
export type CalledUrls = Readonly<Partial<Record<CalledName, string>>>;

/** The behaviour of a service or a bank, once its working time has passed. */
export type ServiceHandler = (request: LabRequest, called: CalledUrls, routing: Routing) => Promise<LabReply>;

// Each caller waits longer than the one it calls, so that the one nearest to the trouble reports it.
const GATEWAY_PATIENCE_MS = 5_000;
const CHECKOUT_PATIENCE_MS = 3_000;
const PAYMENTS_PATIENCE_MS = 2_000;
const CATALOG_SIZE = 500;

const charge: ServiceHandler = async (request) => {
  if (request.method !== "POST" || request.path !== "/charges") return json(404, { error: "no such page" });
  const amountCents = parseObject(request.body)?.["amountCents"];
  if (typeof amountCents !== "number") return json(400, { error: "amountCents: expected a number" });
  return json(200, { charged: amountCents });
};

/** What each service and each bank does. */
export const SERVICE_HANDLERS: Readonly<Record<CalledName, ServiceHandler>> = {
  gateway: async (request, called) => {
    const target = request.path.startsWith("/products")
      ? "catalog"
      : request.path === "/checkout"
        ? "checkout"
        : undefined;
    if (target === undefined) return json(404, { error: "no such page" });
    const outcome = await forward(request, called[target], {
      timeoutMs: GATEWAY_PATIENCE_MS,
      path: request.path,
      body: request.body,
    });
    return outcome.kind === "answered" ? { code: outcome.code, body: outcome.body } : badGateway(target, outcome);
  },

  catalog: async (request) => {
    if (request.method !== "GET") return json(405, { error: "only GET" });
    const number = Number(request.path.slice("/products/".length));
    if (!Number.isInteger(number) || number < 1 || number > CATALOG_SIZE)
      return json(404, { error: "no such product" });
    return json(200, { product: number, name: `Rope No ${number}`, priceCents: priceCents(number) });
  },

  checkout: async (request, called) => {
    if (request.method !== "POST") return json(405, { error: "only POST" });
    const order = parseObject(request.body);
    const product = order?.["product"];
    if (typeof product !== "number") return json(400, { error: "product: expected a number" });
    const body = JSON.stringify({ orderId: request.requestId, amountCents: priceCents(product) });
    const outcome = await forward(request, called.payments, {
      timeoutMs: CHECKOUT_PATIENCE_MS,
      path: "/payments",
      body,
    });
    if (outcome.kind !== "answered") return badGateway("payments", outcome);
    if (outcome.code !== 200) return json(502, { error: "payment failed" }, `payments answered ${outcome.code}`);
    return json(200, { orderId: request.requestId });
  },

  payments: async (request, called, { fallback }) => {
    if (request.method !== "POST" || request.path !== "/payments") return json(404, { error: "no such page" });
    const amountCents = parseObject(request.body)?.["amountCents"];
    if (typeof amountCents !== "number") return json(400, { error: "amountCents: expected a number" });
    const bank = Math.random() < fallback ? "bank-fallback" : "bank";
    const outcome = await forward(request, called[bank], {
      timeoutMs: PAYMENTS_PATIENCE_MS,
      path: "/charges",
      body: JSON.stringify({ amountCents }),
    });
    if (outcome.kind === "answered" && outcome.code === 200) return json(200, { paid: amountCents });
    // A payment without the bank's word is a failed payment, for whatever reason; the note says which.
    return json(500, { error: "payment failed" }, `${bank} ${chargeFailure(outcome)}`);
  },

  bank: charge,
  "bank-fallback": charge,
};

/** Makes a JSON answer. */
export function json(code: number, body: Readonly<Record<string, unknown>>, note?: string): LabReply {
  return { code, body: JSON.stringify(body), note };
}

function forward(
  request: LabRequest,
  url: string | undefined,
  onward: { readonly timeoutMs: number; readonly path: string; readonly body: string },
): Promise<CallOutcome> {
  if (url === undefined) throw new Error(`No address for ${onward.path}.`);
  const { method, requestId, signal } = request;
  return callService({ url, method, requestId, signal, ...onward });
}

function priceCents(product: number): number {
  return 500 + ((product * 37) % 9_500);
}

function chargeFailure(outcome: CallOutcome): string {
  if (outcome.kind === "answered") return `answered ${outcome.code}`;
  return outcome.kind === "timed-out" ? "timed out" : outcome.reason;
}

function badGateway(target: CalledName, outcome: Exclude<CallOutcome, { kind: "answered" }>): LabReply {
  return outcome.kind === "timed-out"
    ? json(504, { error: `${target} took too long` }, `${target} timed out`)
    : json(502, { error: `${target} is unreachable` }, `${target}: ${outcome.reason}`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
