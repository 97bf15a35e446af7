import { join } from "node:path";
import type {
  BreakRequest,
  HealRequest,
  InstanceStatus,
  LabStatus,
  ServiceStatus,
  TrafficStatus,
} from "../control-protocol.js";
import { mergeFaults, type Fault } from "../fault.js";
import { LabError } from "../lab-error.js";
import type {
  BalancerProcessConfig,
  ChildReport,
  LoadProcessConfig,
  ServiceProcessConfig,
} from "../processes/child-protocol.js";
import type { CalledUrls } from "../services/handlers.js";
import {
  labAddresses,
  LAB_SERVICES,
  type LabAddresses,
  type ProcessAddress,
  type ServiceAddresses,
  type ServiceName,
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

type Instance = { readonly process: SupervisedProcess; readonly url: string; faults: readonly Fault[] };
type Service = {
  readonly addresses: ServiceAddresses;
  readonly instances: readonly Instance[];
  readonly balancer: SupervisedProcess;
  traffic: TrafficCounts;
};

type ProcessPlace = { readonly name: string; readonly port: number; readonly accessLogPath: string };

const NO_TRAFFIC: TrafficCounts = { seconds: 1, requests: 0, errors: 0 };
// An instance answers in about a millisecond; this only keeps a caller from waiting for ever for one that hangs.
const FAULT_PATIENCE_MS = 5_000;

/** Holds the lab's processes, the faults that are in force, and what the balancers and the load generator saw last. */
export class Lab {
  readonly #settings: LabSettings;
  readonly #addresses: LabAddresses;
  readonly #services: readonly Service[];
  readonly #load: SupervisedProcess;
  #loadTraffic: TrafficCounts = NO_TRAFFIC;
  #loadRoutes: Readonly<Record<string, TrafficCounts>> = {};
  readonly #unconfirmed = new Map<number, { readonly instance: Instance; readonly confirm: () => void }>();
  #nextOrderId = 1;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(settings: LabSettings) {
    this.#settings = settings;
    this.#addresses = labAddresses(settings.portBase);
    this.#services = this.#addresses.services.map((addresses) => this.#createService(addresses));
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
    await Promise.all(
      this.#services.flatMap((service) => [
        service.balancer.stop(),
        ...service.instances.map(({ process }) => process.stop()),
      ]),
    );
  }

  /** Applies faults; resolves when they are in force. */
  break(request: BreakRequest): Promise<ServiceStatus> {
    return this.#inTurn(async () => {
      const service = this.#service(request.service);
      for (const fault of request.faults) {
        const targets = this.#targets(service, request.instance ?? (fault.kind === "crash" ? 1 : "all"));
        await Promise.all(targets.map((instance) => this.#breakInstance(instance, fault)));
      }
      return this.#serviceStatus(service);
    });
  }

  /** Takes all faults away from one service or from all; resolves when the instances that crashed are up again. */
  heal(request: HealRequest): Promise<readonly ServiceStatus[]> {
    return this.#inTurn(async () => {
      const services = request.service === undefined ? this.#services : [this.#service(request.service)];
      const instances = services.flatMap((service) => service.instances.filter(({ faults }) => faults.length > 0));
      await Promise.all(
        instances.map(async (instance) => {
          const crashed = instance.faults.some((fault) => fault.kind === "crash");
          instance.faults = [];
          if (crashed) await instance.process.start();
          else await this.#applyFaults(instance);
        }),
      );
      return services.map((service) => this.#serviceStatus(service));
    });
  }

  status(): LabStatus {
    const { startedAt, requestsPerSecond } = this.#settings;
    return {
      supervisor: { pid: process.pid, port: this.#addresses.control.port, since: startedAt },
      gatewayUrl: this.#service("gateway").addresses.balancer.url,
      services: this.#services.map((service) => this.#serviceStatus(service)),
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
    const called = Object.fromEntries(
      this.#addresses.services
        .filter(({ name }) => addresses.calls.includes(name))
        .map(({ name, balancer }) => [name, balancer.url]),
    );
    const service: Service = {
      addresses,
      instances: addresses.instances.map((address) => this.#createInstance(address, addresses.name, called)),
      traffic: NO_TRAFFIC,
      balancer: this.#supervise<BalancerProcessConfig>({
        address: addresses.balancer,
        script: "balancer",
        config: () => ({
          service: addresses.name,
          backends: addresses.instances.map(({ name, url }) => ({ name, url })),
        }),
        onReport: (report) => {
          if (report.type === "traffic") service.traffic = report.total;
        },
      }),
    };
    return service;
  }

  #createInstance(address: ProcessAddress, service: ServiceName, called: CalledUrls): Instance {
    const instance: Instance = {
      url: address.url,
      faults: [],
      process: this.#supervise<ServiceProcessConfig>({
        address,
        script: "service",
        config: () => ({ service, called, faults: instance.faults }),
        onReport: (report) => {
          // They may have changed while it started.
          if (report.type === "ready") this.#applyFaults(instance).catch((error: unknown) => console.error(error));
          if (report.type === "faults-applied") this.#confirmFaults(instance, report.id);
        },
      }),
    };
    return instance;
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
    else await this.#applyFaults(instance);
  }

  async #applyFaults(instance: Instance): Promise<void> {
    // One that is not up hears of its faults when it starts.
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
      }, FAULT_PATIENCE_MS);
      const confirm = (): void => {
        clearTimeout(timer);
        this.#unconfirmed.delete(id);
        resolve();
      };
      this.#unconfirmed.set(id, { instance, confirm });
      instance.process.send({ type: "faults", id, faults: instance.faults });
    });
  }

  /** An order holds all faults, so a later one confirms those before it, also those that a crash lost on the way. */
  #confirmFaults(instance: Instance, upToId: number): void {
    for (const [id, order] of this.#unconfirmed) {
      if (order.instance === instance && id <= upToId) order.confirm();
    }
  }

  #service(name: string): Service {
    const service = this.#services.find(({ addresses }) => addresses.name === name);
    if (service !== undefined) return service;
    const names = LAB_SERVICES.map((plan) => plan.name).join(", ");
    throw new LabError("unknown-service", `The lab has no service "${name}". It has ${names}.`);
  }

  #targets(service: Service, wanted: number | "all"): readonly Instance[] {
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
      balancer: balancer.status(),
      instances: instances.map(instanceStatus),
      traffic: trafficStatus(traffic),
    };
  }

  /** Runs one change after the other, so that a heal never meets a break half done. */
  #inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const result = this.#queue.then(change);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function instanceStatus({ process, url, faults }: Instance): InstanceStatus {
  return { ...process.status(), url, faults };
}

function trafficStatus({ seconds, requests, errors }: TrafficCounts): TrafficStatus {
  return {
    seconds,
    requestsPerSecond: requests / seconds,
    ...(requests === 0 ? {} : { errorRatio: errors / requests }),
  };
}
