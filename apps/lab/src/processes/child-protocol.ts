import type { Fault, Release } from "../fault.js";
import type { TrafficCounts } from "../traffic-window.js";
import type { ServiceName } from "../topology.js";

/** What the supervisor tells a child: an instance, the faults now in force, all of them. */
export type ChildOrder =
  | { readonly type: "faults"; readonly id: number; readonly faults: readonly Fault[] }
  /** Tells a balancer which instances there are. */
  | {
      readonly type: "backends";
      readonly id: number;
      readonly backends: readonly { readonly name: string; readonly url: string }[];
    };

/** What a child tells the supervisor. */
export type ChildReport =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "faults-applied"; readonly id: number }
  | { readonly type: "backends-applied"; readonly id: number }
  | {
      readonly type: "traffic";
      readonly total: TrafficCounts;
      readonly routes: Readonly<Record<string, TrafficCounts>>;
    };

/** How a service instance is started. */
export type ServiceProcessConfig = {
  /** In force from the first request on, so that a restart does not heal. */
  readonly faults: readonly Fault[];
  readonly release: Release;
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
  readonly accessLogPath: string;
  readonly called: Readonly<Partial<Record<ServiceName, string>>>;
};

/** How a balancer is started. */
export type BalancerProcessConfig = {
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
  readonly accessLogPath: string;
  readonly backends: readonly { readonly name: string; readonly url: string }[];
};

/** How the load generator is started. */
export type LoadProcessConfig = {
  readonly name: string;
  readonly port: number;
  readonly accessLogPath: string;
  readonly gatewayUrl: string;
  readonly requestsPerSecond: number;
};
