import { join } from "node:path";
import type {
  BankStatus,
  BreakRequest,
  BrokenStatus,
  DeployRequest,
  HealRequest,
  InstanceStatus,
  LabStatus,
  RollBackRequest,
  RouteRequest,
  Routing,
  ScaleRequest,
  ServiceStatus,
  TrafficStatus,
} from "../control-protocol.js";
import { mergeFaults, type Fault, type Release } from "../fault.js";
import { LabError } from "../lab-error.js";
import type {
  BalancerProcessConfig,
  ChildReport,
  InstanceSettings,
  LoadProcessConfig,
  ServiceProcessConfig,
} from "../processes/child-protocol.js";
import type { CalledUrls } from "../services/handlers.js";
import {
  instanceAddress,
  labAddresses,
  LAB_BANKS,
  type BankAddress,
  type CalledName,
  type LabAddresses,
  type ProcessAddress,
  type ServiceAddresses,
} from "../topology.js";
import type { TrafficCounts } from "../traffic-window.js";
import { SupervisedProcess } from "./supervised-process.js";

/** What a lab is made from. */
export type LabSettings = {
  readonly portBase: number;
  readonly requestsPerSecond: number;
  readonly logsDirectory: string;
  readonly processesDirectory: string;
  readonly startedAt: string;
  readonly onProgress: (message: string) => void;
};

type Instance = {
  readonly process: SupervisedProcess;
  readonly url: string;
  faults: readonly Fault[];
  /** What it was last started with. */
  version: string;
  readonly routing: () => Routing;
};
type Service = {
  readonly addresses: ServiceAddresses;
  instances: readonly Instance[];
  /** Oldest first; the last is the present one. */
  releases: readonly Release[];
  /** Every release that there ever was, by its version: the same version has the same defect. */
  readonly built: Map<string, Release>;
  readonly balancer: SupervisedProcess;
  traffic: TrafficCounts;
  routing: Routing;
};
/** One process outside the shop: it has no balancer, and is neither deployed nor scaled. */
type Bank = {
  readonly addresses: BankAddress;
  instances: readonly Instance[];
  traffic: TrafficCounts;
};
/** What an instance is made from; both functions are asked anew for every start. */
type InstancePlan = {
  readonly service: CalledName;
  readonly calls: readonly CalledName[];
  readonly release: () => Release;
  readonly routing: () => Routing;
  readonly onTraffic?: (traffic: TrafficCounts) => void;
};

type ProcessPlace = { readonly name: string; readonly port: number; readonly accessLogPath: string };

const FIRST_RELEASE: Release = { version: "v1" };
const NO_FALLBACK: Routing = { fallback: 0 };
const NO_TRAFFIC: TrafficCounts = { seconds: 1, requests: 0, errors: 0 };
// An instance answers in about a millisecond; this only keeps a caller from waiting for ever for one that hangs.
const ORDER_PATIENCE_MS = 5_000;

/** Holds the lab's processes, the faults and the routing that are in force, and what was seen last of the traffic. */
export class Lab {
  readonly #settings: LabSettings;
  readonly #addresses: LabAddresses;
  readonly #services: readonly Service[];
  readonly #banks: readonly Bank[];
  readonly #load: SupervisedProcess;
  #loadTraffic: TrafficCounts = NO_TRAFFIC;
  #loadRoutes: Readonly<Record<string, TrafficCounts>> = {};
  readonly #unconfirmed = new Map<number, { readonly instance: Instance; readonly confirm: () => void }>();
  readonly #balancersTold = new Map<number, () => void>();
  #nextOrderId = 1;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(settings: LabSettings) {
    this.#settings = settings;
    this.#addresses = labAddresses(settings.portBase);
    this.#services = this.#addresses.services.map((addresses) => this.#createService(addresses));
    this.#banks = this.#addresses.banks.map((address) => this.#createBank(address));
    this.#load = this.#supervise<LoadProcessConfig>({
      address: this.#addresses.load,
      script: "load",
      config: () => ({
        gatewayUrl: this.#service("gateway").addresses.balancer.url,
        requestsPerSecond: settings.requestsPerSecond,
      }),
      onReport: (report) => {
        if (report.type !== "traffic") return;
        this.#loadTraffic = report.total;
        this.#loadRoutes = report.routes;
      },
    });
  }

  /** Starts everything; the load last, so that it meets a lab that is up. */
  async start(): Promise<void> {
    this.#settings.onProgress(`Starting the banks: ${LAB_BANKS.map(({ name }) => name).join(", ")}`);
    await Promise.all(this.#bankProcesses().map((process) => process.start()));
    for (const service of this.#services) {
      this.#settings.onProgress(
        `Starting ${service.addresses.name}: ${service.instances.length} instances and a balancer`,
      );
      await Promise.all([...service.instances.map(({ process }) => process.start()), service.balancer.start()]);
    }
    this.#settings.onProgress(`Starting the load generator: ${this.#settings.requestsPerSecond} requests/s`);
    await this.#load.start();
  }

  /** Ends everything; the load first, so that the logs do not fill with failures of an orderly end. */
  async stop(): Promise<void> {
    await this.#load.stop();
    const processes = this.#services.flatMap(({ balancer, instances }) => [
      balancer,
      ...instances.map(({ process }) => process),
    ]);
    await Promise.all([...processes, ...this.#bankProcesses()].map((process) => process.stop()));
  }

  /** Applies faults; resolves when they are in force. */
  break(request: BreakRequest): Promise<BrokenStatus> {
    return this.#inTurn(async () => {
      const broken = this.#serviceOrBank(request.service);
      for (const fault of request.faults) {
        const targets = this.#targets(broken, request.instance ?? (fault.kind === "crash" ? 1 : "all"));
        await Promise.all(targets.map((instance) => this.#breakInstance(instance, fault)));
      }
      return this.#brokenStatus(broken);
    });
  }

  /** Takes all faults away from one service or bank, or from all; resolves when the instances that crashed are up again. */
  heal(request: HealRequest): Promise<readonly BrokenStatus[]> {
    return this.#inTurn(async () => {
      const meant =
        request.service === undefined ? [...this.#services, ...this.#banks] : [this.#serviceOrBank(request.service)];
      const instances = meant.flatMap((one) => one.instances.filter(({ faults }) => faults.length > 0));
      await Promise.all(
        instances.map(async (instance) => {
          const crashed = instance.faults.some((fault) => fault.kind === "crash");
          instance.faults = [];
          if (crashed) await instance.process.start();
          else await this.#applySettings(instance);
        }),
      );
      return meant.map((one) => this.#brokenStatus(one));
    });
  }

  /** Puts a version on a service; resolves when every instance that is up runs it. */
  deploy({ defect, service: name, version }: DeployRequest): Promise<ServiceStatus> {
    return this.#inTurn(async () => {
      const service = this.#service(name);
      const release = service.built.get(version) ?? { version, defect };
      service.built.set(version, release);
      service.releases = [...service.releases, release];
      await this.#restart(service);
      return this.#serviceStatus(service);
    });
  }

  /** Takes a service back to the version before, or to one that it has had; that is the present one then. */
  rollBack({ service: name, to }: RollBackRequest): Promise<ServiceStatus> {
    return this.#inTurn(async () => {
      const service = this.#service(name);
      const { releases } = service;
      const before = to === undefined ? releases.length - 2 : releases.findLastIndex(({ version }) => version === to);
      if (releases[before] === undefined) {
        const there = releases.map(({ version }) => version).join(", ");
        throw new LabError(
          "unknown-version",
          `${name} has no ${to ?? "version before this one"}. It has had ${there}.`,
        );
      }
      service.releases = releases.slice(0, before + 1);
      await this.#restart(service);
      return this.#serviceStatus(service);
    });
  }

  /** Gives a service so many instances; new ones share the saturation of those that are there. */
  scale({ instances: wanted, service: name }: ScaleRequest): Promise<ServiceStatus> {
    return this.#inTurn(async () => {
      const service = this.#service(name);
      const surplus = service.instances.slice(wanted);
      const fresh = Array.from({ length: Math.max(0, wanted - service.instances.length) }, (_, index) =>
        this.#addInstance(service, service.instances.length + index + 1),
      );
      await Promise.all(fresh.map(({ process }) => process.start()));
      service.instances = [...service.instances.slice(0, wanted), ...fresh];
      await this.#tellBalancer(service);
      await Promise.all(surplus.map(({ process }) => process.stop()));
      return this.#serviceStatus(service);
    });
  }

  /** Sends a share of a service's charges to the fallback bank; resolves when every instance that is up does. */
  route({ fallback, service: name }: RouteRequest): Promise<ServiceStatus> {
    return this.#inTurn(async () => {
      const service = this.#service(name);
      if (!callsFallback(service)) {
        const payers = this.#services.filter(callsFallback).map(({ addresses }) => addresses.name);
        throw new LabError("invalid-input", `${name} calls no bank. What can be routed is ${payers.join(", ")}.`);
      }
      service.routing = { fallback };
      await Promise.all(service.instances.map((instance) => this.#applySettings(instance)));
      return this.#serviceStatus(service);
    });
  }

  status(): LabStatus {
    const { startedAt, requestsPerSecond } = this.#settings;
    return {
      supervisor: { pid: process.pid, port: this.#addresses.control.port, since: startedAt },
      gatewayUrl: this.#service("gateway").addresses.balancer.url,
      services: this.#services.map((service) => this.#serviceStatus(service)),
      banks: this.#banks.map(bankStatus),
      load: {
        process: this.#load.status(),
        requestsPerSecondWanted: requestsPerSecond,
        traffic: trafficStatus(this.#loadTraffic),
        routes: Object.fromEntries(
          Object.entries(this.#loadRoutes).map(([route, counts]) => [route, trafficStatus(counts)]),
        ),
      },
    };
  }

  #createService(addresses: ServiceAddresses): Service {
    const service: Service = {
      addresses,
      instances: [],
      releases: [FIRST_RELEASE],
      built: new Map([[FIRST_RELEASE.version, FIRST_RELEASE]]),
      traffic: NO_TRAFFIC,
      routing: NO_FALLBACK,
      balancer: this.#supervise<BalancerProcessConfig>({
        address: addresses.balancer,
        script: "balancer",
        config: () => ({
          service: addresses.name,
          backends: backendsOf(service),
        }),
        onReport: (report) => {
          if (report.type === "traffic") service.traffic = report.total;
          if (report.type === "backends-applied") this.#balancersTold.get(report.id)?.();
        },
      }),
    };
    service.instances = addresses.instances.map((address) => this.#createServiceInstance(service, address));
    return service;
  }

  #createBank(addresses: BankAddress): Bank {
    const bank: Bank = { addresses, instances: [], traffic: NO_TRAFFIC };
    const plan: InstancePlan = {
      service: addresses.name,
      calls: [],
      release: () => FIRST_RELEASE,
      routing: () => NO_FALLBACK,
      onTraffic: (traffic) => (bank.traffic = traffic),
    };
    bank.instances = [this.#createInstance(addresses, plan)];
    return bank;
  }

  #bankProcesses(): readonly SupervisedProcess[] {
    return this.#banks.flatMap(({ instances }) => instances.map(({ process }) => process));
  }

  #addInstance(service: Service, number: number): Instance {
    const address = instanceAddress(this.#settings.portBase, service.addresses.name, number);
    const instance = this.#createServiceInstance(service, address);
    instance.faults = (service.instances[0]?.faults ?? []).filter(({ kind }) => kind === "saturation");
    return instance;
  }

  /** Starts every instance anew, one after the other, so that the others go on serving. */
  async #restart(service: Service): Promise<void> {
    for (const { faults, process } of service.instances) {
      // What crashed on purpose stays down.
      if (faults.some(({ kind }) => kind === "crash")) continue;
      await process.stop();
      await process.start();
    }
  }

  /** Resolves when the balancer takes turns among the instances that there are now. */
  #tellBalancer(service: Service): Promise<void> {
    const id = this.#nextOrderId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#balancersTold.delete(id);
        reject(new LabError("control-failed", `${service.balancer.name} did not answer. See its log.`));
      }, ORDER_PATIENCE_MS);
      this.#balancersTold.set(id, () => {
        clearTimeout(timer);
        this.#balancersTold.delete(id);
        resolve();
      });
      service.balancer.send({ type: "backends", id, backends: backendsOf(service) });
    });
  }

  #createServiceInstance(service: Service, address: ProcessAddress): Instance {
    const { calls, name } = service.addresses;
    return this.#createInstance(address, {
      service: name,
      calls,
      release: () => service.releases.at(-1) ?? FIRST_RELEASE,
      routing: () => service.routing,
    });
  }

  #createInstance(address: ProcessAddress, plan: InstancePlan): Instance {
    const instance: Instance = {
      url: address.url,
      faults: [],
      version: FIRST_RELEASE.version,
      routing: plan.routing,
      process: this.#supervise<ServiceProcessConfig>({
        address,
        script: "service",
        config: () => {
          const release = plan.release();
          instance.version = release.version;
          const called = this.#calledUrls(plan.calls);
          return { service: plan.service, called, settings: settingsOf(instance), release };
        },
        onReport: (report) => {
          // They may have changed while it started.
          if (report.type === "ready") this.#applySettings(instance).catch((error: unknown) => console.error(error));
          if (report.type === "settings-applied") this.#confirmSettings(instance, report.id);
          if (report.type === "traffic") plan.onTraffic?.(report.total);
        },
      }),
    };
    return instance;
  }

  #calledUrls(calls: readonly CalledName[]): CalledUrls {
    const { banks, services } = this.#addresses;
    const callable = [...services.map(({ balancer, name }) => ({ name, url: balancer.url })), ...banks];
    return Object.fromEntries(callable.filter(({ name }) => calls.includes(name)).map(({ name, url }) => [name, url]));
  }

  #supervise<Config extends ProcessPlace>(options: {
    readonly address: ProcessAddress;
    readonly script: string;
    readonly config: () => Omit<Config, keyof ProcessPlace>;
    readonly onReport: (report: ChildReport) => void;
  }): SupervisedProcess {
    const { logsDirectory, processesDirectory } = this.#settings;
    const { name, port } = options.address;
    const place: ProcessPlace = { name, port, accessLogPath: join(logsDirectory, `${name}.access.jsonl`) };
    return new SupervisedProcess({
      name,
      port,
      script: join(processesDirectory, `${options.script}.js`),
      logPath: join(logsDirectory, `${name}.log`),
      onReport: options.onReport,
      config: () => ({ ...options.config(), ...place }),
    });
  }

  async #breakInstance(instance: Instance, fault: Fault): Promise<void> {
    instance.faults = mergeFaults(instance.faults, [fault]);
    if (fault.kind === "crash") await instance.process.crash();
    else await this.#applySettings(instance);
  }

  async #applySettings(instance: Instance): Promise<void> {
    // One that is not up hears of them when it starts.
    if (instance.process.status().state !== "running") return;
    const id = this.#nextOrderId++;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#unconfirmed.delete(id);
        reject(
          new LabError(
            "control-failed",
            `${instance.process.name} did not answer. See its log, or kill it: it will be started again.`,
          ),
        );
      }, ORDER_PATIENCE_MS);
      const confirm = (): void => {
        clearTimeout(timer);
        this.#unconfirmed.delete(id);
        resolve();
      };
      this.#unconfirmed.set(id, { instance, confirm });
      instance.process.send({ type: "settings", id, ...settingsOf(instance) });
    });
  }

  /** An order holds all settings, so a later one confirms those before it, also those that a crash lost on the way. */
  #confirmSettings(instance: Instance, upToId: number): void {
    for (const [id, order] of this.#unconfirmed) {
      if (order.instance === instance && id <= upToId) order.confirm();
    }
  }

  #service(name: string): Service {
    return findByName(this.#services, name);
  }

  #serviceOrBank(name: string): Service | Bank {
    return findByName([...this.#services, ...this.#banks], name);
  }

  #targets(service: Service | Bank, wanted: number | "all"): readonly Instance[] {
    if (wanted === "all") return service.instances;
    const instance = service.instances[wanted - 1];
    if (instance !== undefined) return [instance];
    const { name } = service.addresses;
    throw new LabError(
      "unknown-instance",
      `${name} has no instance ${wanted}. It has 1 to ${service.instances.length}, or say all.`,
    );
  }

  #serviceStatus(service: Service): ServiceStatus {
    const { addresses, balancer, instances, traffic } = service;
    return {
      name: addresses.name,
      address: addresses.balancer.url,
      calls: addresses.calls,
      versions: service.releases.map(({ version }) => version),
      balancer: balancer.status(),
      instances: instances.map(instanceStatus),
      traffic: trafficStatus(traffic),
      ...(callsFallback(service) ? { routing: service.routing } : {}),
    };
  }

  #brokenStatus(one: Service | Bank): BrokenStatus {
    return "balancer" in one ? this.#serviceStatus(one) : bankStatus(one);
  }

  /** Runs one change after the other, so that a heal never meets a break half done. */
  #inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const result = this.#queue.then(change);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function instanceStatus({ process, url, faults, version }: Instance): InstanceStatus {
  return { ...process.status(), url, version, faults };
}

function bankStatus({ addresses, instances, traffic }: Bank): BankStatus {
  return {
    name: addresses.name,
    address: addresses.url,
    instances: instances.map(instanceStatus),
    traffic: trafficStatus(traffic),
  };
}

function settingsOf({ faults, routing }: Instance): InstanceSettings {
  return { faults, routing: routing() };
}

function findByName<One extends Service | Bank>(all: readonly One[], name: string): One {
  const found = all.find(({ addresses }) => addresses.name === name);
  if (found !== undefined) return found;
  const names = all.map(({ addresses }) => addresses.name).join(", ");
  throw new LabError("unknown-service", `The lab has no service "${name}". It has ${names}.`);
}

function callsFallback({ addresses }: Service): boolean {
  return addresses.calls.includes("bank-fallback");
}

function backendsOf({ instances }: Service): readonly { readonly name: string; readonly url: string }[] {
  return instances.map(({ process, url }) => ({ name: process.name, url }));
}

function trafficStatus({ seconds, requests, errors }: TrafficCounts): TrafficStatus {
  return {
    seconds,
    requestsPerSecond: requests / seconds,
    ...(requests === 0 ? {} : { errorRatio: errors / requests }),
  };
}
