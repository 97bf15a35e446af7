import type { FreezeWindow } from "../gate/gate.js";
import type { AuditTrail } from "../ports/audit-trail.js";
import type { Clock } from "../ports/clock.js";
import type { Credentials } from "../ports/credentials.js";
import type { Digest } from "../ports/digest.js";
import type { EventBus } from "../ports/event-bus.js";
import type { EventStore } from "../ports/event-store.js";
import type { IdSource } from "../ports/id-source.js";
import type { Notifier } from "../ports/notifier.js";
import type { SliHistory } from "../ports/sli-history.js";
import type { SliSource } from "../ports/sli-source.js";
import type { Timer } from "../ports/timer.js";
import type { Correction } from "../slo/correction.js";
import type { Service, Slo } from "../slo/slo.js";
import type { DeliveryOptions, NotifyRoutes } from "./delivery-desk.js";
import type { EvidenceGatherer } from "./incident-evidence.js";
import type { ResponsePorts, ResponseSettings } from "./response-settings.js";

/** Everything the engine reaches the world through. */
export type EnginePorts = ResponsePorts & {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly digest: Digest;
  readonly credentials: Credentials;
  readonly history: SliHistory;
  readonly events: EventStore;
  readonly bus: EventBus;
  readonly audit: AuditTrail;
  readonly timer: Timer;
  /** By the name that selectors use. */
  readonly sources: Readonly<Record<string, SliSource>>;
  readonly notifiers: Readonly<Record<string, Notifier>>;
  /** Look for what transitions of incidents are remembered with; one that fails is remembered as such. */
  readonly gatherers?: readonly EvidenceGatherer[];
};

/** How one source is read. */
export type SourceReading = {
  /** How far into the past the first read of an SLO reaches; 0 starts now. */
  readonly backfillMs: number;
  /** How far behind the newest read late samples are still looked for; what is stored already is never counted twice. */
  readonly latenessMs: number;
};

/** What the engine is told to do. Everything is resolved: no defaults are left to fill in but those stated here. */
export type EngineSettings = ResponseSettings & {
  readonly sliceMs: number;
  readonly services: readonly Service[];
  readonly slos: readonly Slo[];
  readonly corrections: readonly Correction[];
  readonly freezeWindows: readonly FreezeWindow[];
  readonly incidents: { readonly cooldownMs: number; readonly autoCloseAfterMs: number };
  readonly notify: NotifyRoutes;
  /** By source name; a source without an entry starts now and looks for nothing late. */
  readonly reading: Readonly<Record<string, SourceReading>>;
  /** The longest period that reports look at: as much again is kept before it, to compare with. Default: what windows need. */
  readonly longestReportMs?: number;
  /** Whether the engine gathers what it knows itself, too: changes, and the topology around a service. Default no. */
  readonly gathersKnown?: boolean;
  readonly incidentUrl?: (incidentId: string) => string;
  readonly delivery?: DeliveryOptions;
};
