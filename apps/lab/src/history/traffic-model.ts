import type { ServiceName } from "../topology.js";
import type { SeededRandom } from "./seeded-random.js";

/** Counts of one service in one step. */
export type ServiceCounts = { readonly good: number; readonly total: number };

/** A time in the past in which a service failed a share of its requests. */
export type PastOutage = {
  readonly service: ServiceName;
  readonly from: Date;
  readonly to: Date;
  readonly errorRatio: number;
};

/** The share of visitors who buy, as the load generator has it. */
const CHECKOUT_RATIO = 0.3;

/** What fails on a good day, of each service's own doing. */
export const BACKGROUND_ERROR_RATIO: Readonly<Record<ServiceName, number>> = {
  gateway: 0.000_02,
  catalog: 0.000_05,
  checkout: 0.000_1,
  payments: 0.000_15,
};

/** How busy an instant is against the average of a week: quiet nights, busy evenings, less at weekends (UTC). */
export function trafficShape(at: Date): number {
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  // Lowest at 4 in the morning, highest at 16.
  const day = 1 - 0.6 * Math.cos((2 * Math.PI * (hour - 4)) / 24);
  const weekday = at.getUTCDay();
  // Five days at 1.1 and two at 0.75 average 1.
  return day * (weekday === 0 || weekday === 6 ? 0.75 : 1.1);
}

/** Places the outages of the past: one of payments at 62 % of the time, one of catalog at 35 %, give or take. */
export function placeOutages(from: Date, to: Date, random: SeededRandom): readonly PastOutage[] {
  const length = to.getTime() - from.getTime();
  const place = (service: ServiceName, share: number, minutes: number, errorRatio: number): PastOutage => {
    // Short demo pasts have short outages: never more than a fiftieth of the time.
    const outageMs = Math.min(minutes * 60_000, length / 50);
    const start = from.getTime() + length * (share + (random.next() - 0.5) * 0.1);
    return { service, from: new Date(Math.round(start)), to: new Date(Math.round(start + outageMs)), errorRatio };
  };
  return [place("catalog", 0.35, 8, 0.5), place("payments", 0.62, 14, 0.4)];
}

/** Draws one step: errors travel up the calls as they do in the real lab, so that the gateway's contain those below it. */
export function drawStep(options: {
  readonly startMs: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly outages: readonly PastOutage[];
  readonly random: SeededRandom;
}): Readonly<Record<ServiceName, ServiceCounts>> {
  const { startMs, seconds, requestsPerSecond, outages, random } = options;
  const endMs = startMs + seconds * 1_000;
  const shape = trafficShape(new Date((startMs + endMs) / 2));
  const visits = requestsPerSecond * seconds * shape;
  const bought = random.poisson(visits * CHECKOUT_RATIO);
  const browsed = random.poisson(visits * (1 - CHECKOUT_RATIO));
  const ownErrors = (service: ServiceName, total: number): number => {
    const inOutage = outages
      .filter((outage) => outage.service === service)
      .reduce((sum, outage) => sum + overlap(startMs, endMs, outage) * outage.errorRatio, 0);
    const share = BACKGROUND_ERROR_RATIO[service] + inOutage;
    return Math.min(total, random.poisson(total * share));
  };
  const payments = ownErrors("payments", bought);
  const checkout = payments + ownErrors("checkout", bought - payments);
  const catalog = ownErrors("catalog", browsed);
  const visited = bought + browsed;
  const gateway = checkout + catalog + ownErrors("gateway", visited - checkout - catalog);
  return {
    gateway: { good: visited - gateway, total: visited },
    catalog: { good: browsed - catalog, total: browsed },
    checkout: { good: bought - checkout, total: bought },
    payments: { good: bought - payments, total: bought },
  };
}

/** The share of a step that an outage covers. */
function overlap(startMs: number, endMs: number, outage: PastOutage): number {
  const common = Math.min(endMs, outage.to.getTime()) - Math.max(startMs, outage.from.getTime());
  return Math.max(0, common) / (endMs - startMs);
}
