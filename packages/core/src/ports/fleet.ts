/** One instance of a target. */
export type FleetInstance = {
  readonly id: string;
  readonly health: "healthy" | "unhealthy" | "unknown";
  /** What runs on it, where that is known. */
  readonly version?: string;
};

/** What a fleet knows of a target. `unknown` and an empty list are answers of their own; neither ever means "all". */
export type FleetReading =
  | { readonly kind: "known"; readonly instances: readonly FleetInstance[] }
  | { readonly kind: "unknown"; readonly reason: string };

/** Knows the instances of a target, such as a service. Never throws for what the world does; a target that there is not is unknown. */
export interface Fleet {
  instances(target: string): Promise<FleetReading>;
}
