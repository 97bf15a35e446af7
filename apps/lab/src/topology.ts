/** The four services of the lab. */
export type ServiceName = "gateway" | "catalog" | "checkout" | "payments";

/** The card providers outside the shop: `bank`, and the one for when that is down. */
export type BankName = "bank" | "bank-fallback";

/** Whoever a service may call. */
export type CalledName = ServiceName | BankName;

/** One row of the lab's plan: who runs how often, on which ports, and calls whom. */
export type ServicePlan = {
  readonly name: ServiceName;
  /** Added to the port base: the balancer's port; instance n listens n above it. */
  readonly portOffset: number;
  readonly instanceCount: number;
  readonly calls: readonly CalledName[];
  /** The first path segments that it answers; anything else is counted as route `other`. */
  readonly routes: readonly string[];
  /** Median of the time that one request works for, before it calls anyone. */
  readonly workMs: number;
};

/** The whole lab as a table. */
export const LAB_SERVICES: readonly ServicePlan[] = [
  {
    name: "gateway",
    portOffset: 10,
    instanceCount: 2,
    calls: ["catalog", "checkout"],
    routes: ["/products", "/checkout"],
    workMs: 2,
  },
  { name: "catalog", portOffset: 20, instanceCount: 2, calls: [], routes: ["/products"], workMs: 8 },
  { name: "checkout", portOffset: 30, instanceCount: 2, calls: ["payments"], routes: ["/checkout"], workMs: 12 },
  {
    name: "payments",
    portOffset: 40,
    instanceCount: 3,
    calls: ["bank", "bank-fallback"],
    routes: ["/payments"],
    workMs: 20,
  },
];

/** One row of the banks' plan: each is one process without a balancer. */
export type BankPlan = Pick<ServicePlan, "portOffset" | "routes" | "workMs"> & { readonly name: BankName };

/** The banks as a table. */
export const LAB_BANKS: readonly BankPlan[] = [
  { name: "bank", portOffset: 2, routes: ["/charges"], workMs: 10 },
  { name: "bank-fallback", portOffset: 3, routes: ["/charges"], workMs: 10 },
];

/** Loopback only: the lab breaks on purpose and is nobody else's business. */
export const LAB_HOST = "127.0.0.1";
export const DEFAULT_PORT_BASE = 18_400;
/** The ports from the base that the lab may use, so that two labs fit side by side. */
export const PORT_SPAN = 50;
export const CONTROL_PORT_OFFSET = 0;
export const LOAD_PORT_OFFSET = 1;

/** Where one process of the lab listens. */
export type ProcessAddress = {
  readonly name: string;
  readonly port: number;
  readonly url: string;
};

/** Where a service listens: the balancer's address is the stable one. */
export type ServiceAddresses = {
  readonly name: ServiceName;
  readonly calls: readonly CalledName[];
  readonly balancer: ProcessAddress;
  readonly instances: readonly ProcessAddress[];
};

/** Where a bank listens. */
export type BankAddress = ProcessAddress & { readonly name: BankName };

/** Every address of a lab. */
export type LabAddresses = {
  readonly control: ProcessAddress;
  readonly load: ProcessAddress;
  readonly services: readonly ServiceAddresses[];
  readonly banks: readonly BankAddress[];
};

/** Computes every address of a lab from its port base, without one running. */
export function labAddresses(portBase: number = DEFAULT_PORT_BASE): LabAddresses {
  const address = (name: string, offset: number): ProcessAddress => ({
    name,
    port: portBase + offset,
    url: `http://${LAB_HOST}:${portBase + offset}`,
  });
  return {
    control: address("supervisor", CONTROL_PORT_OFFSET),
    load: address("load", LOAD_PORT_OFFSET),
    services: LAB_SERVICES.map((plan) => ({
      name: plan.name,
      calls: plan.calls,
      balancer: address(`${plan.name}-balancer`, plan.portOffset),
      instances: Array.from({ length: plan.instanceCount }, (_, index) =>
        address(`${plan.name}-${index + 1}`, plan.portOffset + index + 1),
      ),
    })),
    banks: LAB_BANKS.map(({ name, portOffset }) => ({ ...address(name, portOffset), name })),
  };
}

/** Where instance number `number` of a service listens, also beyond those that the plan begins with. */
export function instanceAddress(portBase: number, name: ServiceName, number: number): ProcessAddress {
  const port = portBase + (findService(name)?.portOffset ?? 0) + number;
  return { name: `${name}-${number}`, port, url: `http://${LAB_HOST}:${port}` };
}

/** Lists every process that listens, with its port. */
export function listeningProcesses(addresses: LabAddresses): readonly ProcessAddress[] {
  return [
    addresses.control,
    addresses.load,
    ...addresses.banks,
    ...addresses.services.flatMap((service) => [service.balancer, ...service.instances]),
  ];
}

/** Finds a service's row by name. */
export function findService(name: string): ServicePlan | undefined {
  return LAB_SERVICES.find((plan) => plan.name === name);
}

/** Finds the row of a service or a bank by name. */
export function findPlan(name: string): ServicePlan | BankPlan | undefined {
  return findService(name) ?? LAB_BANKS.find((plan) => plan.name === name);
}

/** Names the route of a path, from a closed list so that the number of metric series stays small. */
export function routeOf(path: string, routes: readonly string[]): string {
  const end = path.slice(1).search(/[/?]/);
  const first = end === -1 ? path : path.slice(0, end + 1);
  return routes.includes(first) ? first : "other";
}
