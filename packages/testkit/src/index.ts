export { ContractViolation } from "./contract-violation.js";
export {
  describeContract,
  runContract,
  type ClosableHarness,
  type ContractCase,
  type ContractCaseOutcome,
  type MakeHarness,
  type PortContract,
  type TestFramework,
} from "./port-contract.js";
export { collectPages, ensure, ensureComes, ensureEqual, isEqual } from "./expectation.js";

export { auditTrailContract, type AuditTampering, type AuditTrailHarness } from "./contracts/audit-trail-contract.js";
export { clockContract, type ClockHarness } from "./contracts/clock-contract.js";
export { credentialsContract, type CredentialsHarness } from "./contracts/credentials-contract.js";
export { deadManContract, type DeadManHarness } from "./contracts/dead-man-contract.js";
export { digestContract, type DigestHarness } from "./contracts/digest-contract.js";
export { eventBusContract, type EventBusHarness } from "./contracts/event-bus-contract.js";
export { eventStoreContract } from "./contracts/event-store-contract.js";
export type { EventStoreHarness } from "./contracts/event-store-harness.js";
export { fleetContract, type FleetHarness } from "./contracts/fleet-contract.js";
export { idSourceContract, type IdSourceHarness } from "./contracts/id-source-contract.js";
export { notifierContract } from "./contracts/notifier-contract.js";
export type { NotifierHarness, ProviderBehaviour } from "./contracts/notifier-harness.js";
export { remediatorContract, type RemediatorHarness } from "./contracts/remediator-contract.js";
export { sliHistoryContract } from "./contracts/sli-history-contract.js";
export type { SliHistoryHarness } from "./contracts/sli-history-harness.js";
export { sliSourceContract, type ServedSlice, type SliSourceHarness } from "./contracts/sli-source-contract.js";
export { timerContract } from "./contracts/timer-contract.js";
export type { TimerHarness } from "./contracts/timer-harness.js";
export { stepRunnerContract, type CalledBehaviour, type StepRunnerHarness } from "./contracts/step-runner-contract.js";

export { createFakeNotifier, type ExpectedNotification, type FakeNotifier } from "./fakes/fake-notifier.js";
export {
  createFakeFleet,
  createFakeRemediator,
  type FakeRemediator,
  type RemedyDone,
} from "./fakes/fake-remediator.js";
export { createFakeStepRunner, type FakeStepRunner } from "./fakes/fake-step-runner.js";
export { createFakeSliSource, type FakeSliSource } from "./fakes/fake-sli-source.js";
export { createManualClock, type ManualClock } from "./fakes/manual-clock.js";
export { createSequentialIdSource } from "./fakes/sequential-id-source.js";

export { sloArbitrary, sloIdArbitrary, sloWindowArbitrary } from "./generators/slo-arbitrary.js";
export {
  historySlicesArbitrary,
  trafficArbitrary,
  type HistoryBounds,
  type SliceTraffic,
  type TrafficBounds,
} from "./generators/traffic-arbitrary.js";
