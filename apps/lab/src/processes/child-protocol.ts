import type { Routing } from "../control-protocol.js";
import type { Fault, Release } from "../fault.js";
import type { TrafficCounts } from "../traffic-window.js";
import type { CalledName, ServiceName } from "../topology.js";

/** What holds for an instance until the next order: the faults in force, all of them, and where its charges go. */
export type InstanceSettings = { readonly faults: readonly Fault[]; readonly routing: Routing };

/** What the supervisor tells a child. */
export type ChildOrder =
  | ({ readonly type: "settings"; readonly id: number } & InstanceSettings)
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
  | { readonly type: "settings-applied"; readonly id: number }
  | { readonly type: "backends-applied"; readonly id: number }
  | {
      readonly type: "traffic";
      readonly total: TrafficCounts;
      readonly routes: Readonly<Record<string, TrafficCounts>>;
    };

/** How a service instance or a bank is started. */
export type ServiceProcessConfig = {
  /** In force from the first request on, so that a restart neither heals nor routes anew. */
  readonly settings: InstanceSettings;
  readonly release: Release;
  readonly name: string;
  readonly service: CalledName;
  readonly port: number;
  readonly accessLogPath: string;
  readonly called: Readonly<Partial<Record<CalledName, string>>>;
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
