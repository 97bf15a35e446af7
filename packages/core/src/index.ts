export { failure, success, type Result } from "./errors/result.js";
export { isPlimsollError, PlimsollError, type PlimsollErrorOptions } from "./errors/plimsoll-error.js";
export type { Json } from "./errors/json.js";
export { versionMismatch, type SeenVersion, type Versioned, type VersionMismatch } from "./errors/version-mismatch.js";

export type { CompositeMember, Sli, SliceCondition, SliSelector } from "./slo/sli.js";
export type { SloWindow } from "./slo/slo-window.js";
export type { Correction, CoveredTime, RecurringInterval } from "./slo/correction.js";
export type { Alerting, Service, ServiceTier, Slo } from "./slo/slo.js";
export { budgetRatio } from "./slo/target.js";
export { durationText, durationTextMs } from "./settings/duration-text.js";
export { maybeSecretText, revealSecret, secretText, type SecretText } from "./settings/secret-text.js";
export { compositeEventEvery, withSampleEvery } from "./slo/sample-every.js";
export { formatDuration, formatShortDuration, parseDuration, type DurationProblem } from "./slo/duration.js";
export { measureSlice, type SliceMeasurement } from "./slo/measure-slice.js";
export type { MeasuredSample, SampleMeasurement, SampleSetAside, SliceEvents } from "./slo/measurement.js";
export { combineMembers, type MemberSlice } from "./slo/combine-members.js";
export { applyCorrections, type CorrectionOutcome } from "./slo/apply-corrections.js";
export { coveredAt, coveredIntervals, type CoveredInterval } from "./slo/covered-time.js";
export { instantOf, parseClockTime } from "./slo/local-time.js";
export { nextVersion } from "./slo/slo-version.js";
export {
  counterIncrease,
  type CounterIncrease,
  type CounterPast,
  type CounterReading,
} from "./slo/counter-increase.js";
export { longestPeriodMs, nominalPeriodMs, periodAt, type Period } from "./slo/period.js";
export type { AlertTier, BurnRateRule } from "./burn-rate/burn-rate-rule.js";
export { burnRate, highestBurnRate } from "./burn-rate/burn-rate.js";
export { binomialUpperTail } from "./burn-rate/binomial-tail.js";
export { validateSlo, type SloProblem, type ValidationContext } from "./burn-rate/validate-slo.js";
export {
  RULE_PRESETS,
  resolveRules,
  type RulePreset,
  type RuleSpec,
  type RulesSpec,
} from "./burn-rate/resolve-rules.js";
export { defineSlo, type SloDefinition } from "./burn-rate/define-slo.js";
export type { BudgetLevel, BudgetPolicy, BudgetRule, RiskClass } from "./budget/budget-policy.js";
export { budgetFromCounts, exhaustionOf } from "./budget/budget.js";
export { DEFAULT_BUDGET_POLICY } from "./budget/default-budget-policy.js";
export { heldRules, policyLevel } from "./budget/policy-level.js";
export { outageClassShares, type OutageClassShare } from "./budget/outage-class.js";
export { incidentShare, POSTMORTEM_BUDGET_SHARE, type IncidentShare } from "./budget/incident-share.js";
export type {
  Budget,
  Exhaustion,
  FreezeReason,
  RuleEvaluation,
  SloEvaluation,
  Verdict,
  WindowBurn,
} from "./evaluation/evaluation.js";
export { evaluate } from "./evaluation/evaluate.js";
export type { EvaluationContext } from "./evaluation/scene.js";
export { columnReader, type WindowCounts, type WindowReader } from "./evaluation/window-reader.js";
export {
  createFleetEvaluator,
  VERDICT_UNSEEN,
  type FleetEvaluator,
  type FleetInputs,
  type FleetLedger,
} from "./evaluation/fleet-evaluator.js";
export type { FleetMember } from "./evaluation/fleet-plan.js";
export {
  unpackVerdict,
  verdictKind,
  VERDICT_FIRING,
  VERDICT_FROZEN,
  VERDICT_HEALTHY,
  VERDICT_NO_DATA,
} from "./evaluation/judgement.js";
export { longestWindowMs } from "./evaluation/longest-window.js";
export {
  formatBudgetLeft,
  formatBurn,
  formatFactor,
  formatPeriod,
  formatPeriodBudget,
  formatRatio,
  formatRemaining,
  formatShare,
} from "./evaluation/figures.js";
export { explain, freezeWords, type Explanation, type ExplanationData } from "./evaluation/explain.js";
export type { AlertEvent, AlertFacts, AlertKind, AlertState } from "./alert/alert.js";
export {
  alertKey,
  decideAlert,
  decideAlerts,
  decideDataLossAlert,
  QUIET_ALERT,
  QUIET_ALERTS,
  type AlertContext,
  type SloAlerts,
} from "./alert/decide-alert.js";
export { evolveAlert, evolveAlerts } from "./alert/evolve-alert.js";
export {
  webhookMapping,
  type MappedAlerts,
  type WebhookMapping,
  type WebhookMappingProblem,
  type WebhookMappingSpec,
} from "./alert/webhook-mapping.js";
export { formatLabels, labelFingerprint, labelOf, type Labels } from "./alert/labels.js";
export {
  EXTERNAL_ALERT_LIMITS,
  externalAlert,
  firesAt,
  mergeExternalAlert,
  type ExternalAlert,
  type ExternalAlertContext,
  type ExternalAlertProblem,
  type ReceivedAlert,
} from "./alert/external-alert.js";
export { inSuppressionOrder, isPaging, suppressorOf } from "./alert/suppression.js";
export {
  formatMatcher,
  formatMatchers,
  compileMatcher,
  compileMatchers,
  matchesAll,
  type CompiledMatcher,
  type LabelMatcher,
  type MatchOperator,
} from "./routing/label-matcher.js";
export { parseMatcher, parseMatchers, type MatcherProblem } from "./routing/parse-matchers.js";
export type { PatternProblem } from "./routing/pattern-node.js";
export { valuePattern, type ValuePattern } from "./routing/value-pattern.js";
export { createMatcherIndex, type MatcherIndex } from "./routing/matcher-index.js";
export {
  coveredByAny,
  intervalCovers,
  scheduledAt,
  type InclusiveRange,
  type Schedule,
  type TimeInterval,
} from "./routing/time-interval.js";
export { parseTimeInterval, type TimeIntervalProblem, type TimeIntervalText } from "./routing/parse-time-interval.js";
export {
  DEFAULT_GROUP_TIMES,
  type GroupTimes,
  type IncidentScope,
  type NamedIntervals,
  type Route,
  type RouteContext,
  type RouteProblem,
  type RouteSpec,
} from "./routing/route.js";
export { buildRoutes } from "./routing/build-routes.js";
export {
  explainRoutes,
  groupLabels,
  matchRoutes,
  routeMuting,
  type RouteMuting,
  type RouteVisit,
} from "./routing/match-routes.js";
export {
  buildInhibitRules,
  createInhibitor,
  type Inhibition,
  type Inhibitor,
  type InhibitRule,
  type InhibitRuleSpec,
} from "./routing/inhibition.js";
export {
  createSilenceIndex,
  decideSilence,
  evolveSilence,
  LONGEST_SILENCE_MS,
  silencesAt,
  silenceStatus,
  type Silence,
  type SilenceCommand,
  type SilenceEvent,
  type SilenceIndex,
  type SilenceRejection,
  type SilenceStatus,
} from "./routing/silence.js";
export {
  createMaintenanceCalendar,
  type MaintenanceCalendar,
  type MaintenanceWindow,
} from "./routing/maintenance-window.js";
export { createAlertGroups, type AlertGroup, type AlertGroups } from "./routing/alert-groups.js";
export type { GroupDecision, GroupNotice, HeldAlert } from "./routing/group-decision.js";
export { routeAlert, type RoutingDecision, type RoutingRules } from "./routing/route-alert.js";
export {
  explainTrace,
  traceWords,
  type NoticeReason,
  type TracedRule,
  type TraceExplanation,
} from "./routing/routing-trace.js";
export type { FreezeWindow, GateAnswer, GateOverride, GateQuestion, GateReason } from "./gate/gate.js";
export { answerGate, GATE_BURN_LIMITS, type GateScene } from "./gate/answer-gate.js";
export { buildReport, type ReportInput } from "./report/build-report.js";
export { measureReport } from "./report/measure-report.js";
export { renderReport } from "./report/render-report.js";
export type { Report, ReportFigures, ReportIncident, ReportPeriod, ReportSlo, Trend } from "./report/report.js";

export type { Clock } from "./ports/clock.js";
export type { IdSource } from "./ports/id-source.js";
export type { Digest } from "./ports/digest.js";
export type {
  CancelSignal,
  Measurement,
  SetAside,
  SliReading,
  SliRequest,
  SliSample,
  SliSource,
} from "./ports/sli-source.js";
export type {
  AppendOutcome,
  HistorySlice,
  LedgerCheckpoint,
  LedgerCheckpoints,
  SliHistory,
  StoredSlice,
} from "./ports/sli-history.js";
export type { EventStore, NewEvent, Outbox, StoredEvent, StreamWrite, VersionConflict } from "./ports/event-store.js";
export type { EventBus, PoisonEvent, Unsubscribe } from "./ports/event-bus.js";
export type {
  Notification,
  NotificationAction,
  NotificationFailure,
  NotificationOutcome,
  Notifier,
} from "./ports/notifier.js";
export type { AuditEntry, AuditTrail, AuditVerdict, ChainedAuditEntry } from "./ports/audit-trail.js";

export {
  isWorseSeverity,
  OPENING_SEVERITIES,
  openingSeverity,
  RESPONSE_TARGETS,
  SEVERITIES,
  type OpeningSeverity,
  type ResponseTarget,
  type Severity,
} from "./incident/severity.js";
export {
  allowedMoves,
  INCIDENT_STATUSES,
  INCIDENT_TRANSITIONS,
  isOpenStatus,
  statusAfter,
  type IncidentMove,
  type IncidentStatus,
} from "./incident/incident-lifecycle.js";
export { EVIDENCE_KINDS, type Evidence, type EvidenceEntry, type EvidenceKind } from "./incident/evidence.js";
export type {
  AlertChange,
  IncidentAcknowledged,
  IncidentAlertUpdated,
  IncidentClosed,
  IncidentDeclared,
  IncidentEvent,
  IncidentEvidenceAttached,
  IncidentNoted,
  IncidentReopened,
  IncidentResolved,
  IncidentSeverityChanged,
} from "./incident/incident-event.js";
export type {
  FollowUpCommand,
  IncidentCommand,
  IncidentOrigin,
  LifecycleCommand,
  PeopleCommand,
  RelationCommand,
} from "./incident/incident-command.js";
export type { IncidentRejection, NotClosable } from "./incident/incident-rejection.js";
export {
  incidentId,
  incidentNumber,
  incidentStream,
  type IncidentAlert,
  type IncidentRound,
  type IncidentState,
} from "./incident/incident.js";
export { decideIncident } from "./incident/decide-incident.js";
export {
  parseIncidentEvent,
  parseKeyRegisterEvent,
  replayIncident,
  type RecordedEvent,
  type ReplayedIncident,
  type UnreadableEvent,
} from "./incident/parse-incident-event.js";
export {
  breachedTargets,
  incidentClocks,
  incidentTimes,
  responseClocks,
  type IncidentClock,
  type IncidentTimes,
  type ResponseClock,
} from "./incident/incident-clocks.js";
export {
  incidentKeys,
  incidentSignals,
  isQuiet,
  type IncidentKey,
  type IncidentSignal,
} from "./incident/incident-signal.js";
export { TEXT_LIMITS } from "./incident/command-check.js";
export {
  externalFacts,
  externalKey,
  type ExternalFacts,
  type ExternalFactsOptions,
} from "./incident/external/external-facts.js";
export { externalSeverity, LABEL_SEVERITIES } from "./incident/external/label-severities.js";
export {
  decideExternalIntake,
  decideGroupIntake,
  externalIntakeCommand,
  type GroupStanding,
} from "./incident/external/external-intake.js";
export { groupKey, groupWords, type IncidentGroup } from "./incident/external/incident-group.js";
export { holdersOf, INCIDENT_ROLES, roleHolders, type Duty, type IncidentRole } from "./incident/people/role.js";
export { AUDIENCES, type Audience, type StatusUpdate } from "./incident/people/status-update.js";
export { CLOCK_KINDS, type ClockKind, type TargetBreach } from "./incident/people/target-breach.js";
export { LINK_KINDS, type IncidentLink, type LinkKind, type RecordedLink } from "./incident/relations/incident-link.js";
export type { FollowedAlert } from "./incident/relations/followed-alert.js";
export { ACTION_PRIORITIES, type ActionItem, type ActionPriority } from "./incident/actions/action-item.js";
export {
  POSTMORTEM_SECTION_IDS,
  POSTMORTEM_SECTIONS,
  type PostmortemSectionId,
  type PostmortemState,
  type ReviewState,
  type SectionEdit,
} from "./incident/postmortem/postmortem-section.js";
export {
  alertImpactStart,
  incidentBudgetShare,
  isLargeIncident,
  LARGE_INCIDENT_RATIO,
  type HeldCounts,
  type IncidentBudgetShare,
} from "./incident/incident-budget-share.js";
export type { MeasuredShare } from "./incident/measured-share.js";
export { incidentTimeline, type TimelineEntry } from "./incident/incident-timeline.js";
export {
  postmortemDocument,
  renderPostmortem,
  type PostmortemDocument,
  type PostmortemOptions,
} from "./incident/postmortem.js";
export type { NamedPerson } from "./incident/postmortem/blameless.js";
export { safeMarkdown } from "./incident/postmortem/safe-markdown.js";
export { incidentCost, type IncidentCost, type PersonTime, type Stretch } from "./incident/people/incident-cost.js";
export {
  incidentSimilarity,
  SIMILARITY_WEIGHTS,
  similarIncidents,
  type SimilarIncident,
} from "./incident/relations/similar-incidents.js";
export {
  overdueActions,
  readinessBlockers,
  remindersDue,
  type ActionReminder,
  type OverdueAction,
} from "./incident/actions/action-reminders.js";
export {
  durationFigures,
  incidentFigures,
  incidentMetrics,
  type DurationFigures,
  type IncidentFigures,
  type IncidentMetrics,
  type MetricsPeriod,
  type MetricsQuery,
} from "./incident/metrics/incident-metrics.js";
export {
  explainIncident,
  traceAlert,
  type AlertTrace,
  type IncidentExplanation,
  type TraceStep,
} from "./incident/explain/alert-trace.js";
export {
  CASE_FORMAT,
  CASE_FORMAT_VERSION,
  type CaseAlert,
  type CaseCommand,
  type CaseDeclaration,
  type CaseFollowingCommand,
  type CaseRun,
  type RegressionCase,
  type SliceRun,
} from "./incident/regression/regression-case.js";
export type {
  CaseEscalationCommand,
  CaseMaintenance,
  CaseOnCall,
  CasePerson,
  CaseReceiver,
  CaseRouting,
  CaseSilenceChange,
} from "./incident/regression/case-answering.js";
export { buildCaseRouting, type BuiltCaseRouting } from "./incident/regression/build-case-routing.js";
export {
  caseOutcome,
  type BesideOutcome,
  type CaseOutcome,
  type OutcomeAlert,
  type OutcomeStep,
} from "./incident/regression/case-outcome.js";
export type { OutcomePage } from "./incident/regression/case-pages.js";
export { outcomeRouting, type OutcomeRouting, type RecordedTrace } from "./incident/regression/case-verdict.js";
export { peopleCommands } from "./incident/regression/case-commands.js";
export {
  casePath,
  caseSlices,
  exportCase,
  sliceRuns,
  type CaseProblem,
  type CaseSlice,
  type CaseSource,
  type RoutedSource,
} from "./incident/regression/export-case.js";
export {
  compareCase,
  differenceWords,
  type CaseDifference,
  type CaseTolerance,
  type UnopenedCase,
} from "./incident/regression/compare-case.js";
export { parseCase, regressionCaseSchema, type UnreadableCase } from "./incident/regression/case-schema.js";
export { summariseIncidents, type IncidentSummary } from "./incident/incident-summary.js";
export { escapeMarkdown } from "./incident/escape-markdown.js";
export { evolveIncident } from "./incident/evolve-incident.js";
export { AUTO_CLOSE_TTL_MS, closableAt } from "./incident/auto-close.js";
export {
  decideRegister,
  decideRegisters,
  evolveRegister,
  incidentKeyStream,
  type KeyRegister,
  type KeyRegisterEvent,
  type KeyTaken,
} from "./incident/key-register.js";
export {
  decideIntake,
  DEFAULT_INTAKE,
  intakeCommand,
  type IntakeContext,
  type IntakeDecision,
  type IntakeSettings,
} from "./incident/intake.js";
export { chainAuditEntry, EMPTY_AUDIT_CHAIN, verifyAuditChain, type AuditChainHead } from "./use-cases/audit-chain.js";
export { createPlimsoll } from "./use-cases/create-plimsoll.js";
export { defineSettings, type SettingsDefinition } from "./use-cases/define-settings.js";
export type { EnginePorts, EngineSettings, SourceReading } from "./use-cases/engine-settings.js";
export type { EngineHealth, IncidentView, Plimsoll, RoundReport, SloView } from "./use-cases/plimsoll.js";
export type { Author, Refusal } from "./use-cases/refusal.js";
export type { CollectOutcome } from "./use-cases/collector.js";
export type { Delivery, WaitingDelivery } from "./use-cases/delivery-owed.js";
export { deliverySubject, type DeliverySubject } from "./use-cases/delivery-subject.js";
export type { MakeActions, Pause } from "./use-cases/delivery-attempt.js";
export { createDeliveryBook, type DeliveryBook } from "./use-cases/delivery-book.js";
export {
  createDeliveryDesk,
  type DeliveryDesk,
  type DeliveryOptions,
  type NotifyRoutes,
} from "./use-cases/delivery-desk.js";
export { DEFAULT_THROTTLE, type DeliveryThrottle } from "./use-cases/delivery-plan.js";
export { RETRY_TABLE } from "./use-cases/delivery-retry.js";
export type { DeclareCommand, ExternalIntake, IncidentRefusal, PersonCommand } from "./use-cases/incident-desk.js";
export { knownGatherers, type KnownWorld } from "./use-cases/known-gatherers.js";
export type { EvidenceGatherer, EvidenceQuery, Finding } from "./use-cases/incident-evidence.js";
export type { AskedCommand, IncidentFile, IncidentWork } from "./use-cases/incident-work.js";
export type { RestoreReport } from "./use-cases/slice-keeper.js";
export type { SloPoint } from "./use-cases/slo-history.js";
export type { SourceHealth } from "./use-cases/source-watch.js";

export type { Timer, TimerEntry } from "./ports/timer.js";
export type { DeadMan, DeadManOutcome } from "./ports/dead-man.js";
export { createTimerRunner, type TimerRunner, type TimerRunnerOptions } from "./use-cases/timer-runner.js";
export type { AgendaPut } from "./use-cases/timer-agenda.js";

export { AREAS, type Area } from "./access/area.js";
export { ROLES, roleIncludes, type Role } from "./access/role.js";
export { coversArea, ENGINE_ACTOR, isSamePerson, personOf, type Principal } from "./access/principal.js";
export { SESSION_MS } from "./access/decide-access.js";
export type { Credentials } from "./ports/credentials.js";
export type { DeadLetterDesk, RetryRefusal } from "./use-cases/delivery-dead-letters.js";
export type { AccessDenial, TokenIssue, TokenView, UserView } from "./use-cases/access-desk.js";
export type { OpenedSession, SignInDenial } from "./use-cases/sign-in-desk.js";

export {
  HTTP_METHODS,
  LEVEL_RUN_BY_ENGINE,
  LEVEL_STARTED_BY_ENGINE,
  RUNBOOK_LEVELS,
  STEP_RISKS,
  type CheckVerdict,
  type CommandCall,
  type Compensation,
  type DirectAction,
  type HttpCall,
  type JsonTest,
  type RemedyCall,
  type RetryPolicy,
  type Runbook,
  type RunbookAction,
  type RunbookCheck,
  type RunbookLevel,
  type RunbookStep,
  type StepRisk,
  type TimedCheck,
} from "./runbook/runbook.js";
export type { StepOutcome } from "./runbook/step-outcome.js";
export type { PlannedAction, PlannedStep, RunbookPlan } from "./runbook/runbook-plan.js";
export { planRunbook, type PlanOptions, type PlanProblem } from "./runbook/plan-runbook.js";
export { actionWords, checkWords, describePlan } from "./runbook/describe-plan.js";
export { lintRunbook, type LinkVerdict, type LintOptions, type RunbookFinding } from "./runbook/lint-runbook.js";
export { REHEARSAL_STANDINGS, rehearsalStanding, type RehearsalStanding } from "./runbook/rehearsal-standing.js";
export { fittingRunbooks, indexRunbooks, type FittingRunbook, type RunbookIndex } from "./runbook/runbook-index.js";
export { unpreparedPages, type UnpreparedPage } from "./runbook/unprepared-pages.js";
export {
  rehearseRunbook,
  type MockedOutcome,
  type MockedStep,
  type MockedVerdicts,
  type Rehearsal,
  type RehearsalOutcome,
} from "./runbook/rehearse-runbook.js";
export {
  allowedRunMoves,
  isFinalRunStatus,
  RUNBOOK_RUN_STATUSES,
  RUNBOOK_RUN_TRANSITIONS,
  runStatusAfter,
  type RunbookRunMove,
  type RunbookRunStatus,
} from "./runbook/runbook-run-lifecycle.js";
export {
  RUNBOOK_RUN_PREFIX,
  runbookRunStream,
  type RunApproval,
  type RunbookRun,
  type RunHold,
  type RunLease,
  type StepProgress,
  type StepStatus,
} from "./runbook/runbook-run.js";
export type { RunbookRunCommand, RunbookRunRejection, RunFinding } from "./runbook/runbook-run-command.js";
export type { RunbookRunEvent } from "./runbook/runbook-run-event.js";
export { decideRunbookRun } from "./runbook/decide-runbook-run.js";
export { evolveRunbookRun } from "./runbook/evolve-runbook-run.js";
export { missingApprovals, nextBoundary, type RunBoundary } from "./runbook/next-boundary.js";
export type { GuardVerdict } from "./runbook/course-of-boundary.js";
export {
  automaticRunId,
  automaticRunWords,
  AUTOMATION_MODES,
  DEFAULT_AUTOMATION,
  type AutomaticRunDecision,
  type AutomaticRunReason,
  type AutomationMode,
  type AutomationSettings,
  type KillSwitchState,
} from "./runbook/automatic-run.js";
export { automaticReadiness, type ReadinessOptions } from "./runbook/automatic-readiness.js";
export {
  decideAutomaticRun,
  type AutomaticCandidate,
  type AutomaticRunScene,
  type DecidedAutomaticRun,
} from "./runbook/decide-automatic-run.js";
export type { KillSwitch, StoredKillSwitch, SwitchCommand } from "./use-cases/kill-switch.js";
export type { RecordedAutomaticRun } from "./use-cases/automatic-run-book.js";
export type { AutomaticStanding } from "./use-cases/automatic-run-desk.js";
export { parseRunbookRunEvent, runbookRunEventSchema } from "./runbook/parse-runbook-run-event.js";
export type { Fleet, FleetInstance, FleetReading } from "./ports/fleet.js";
export type { Remediator, Remedy, RemedyOrder, RemedyPreparation } from "./ports/remediator.js";
export type { StepOrder, StepQuestion, StepRunner } from "./ports/step-runner.js";
export { createRunbookBook, type RunbookBook } from "./use-cases/runbook-book.js";
export {
  createRunbookDesk,
  type AdvanceReport,
  type RunbookDesk,
  type RunbookPreview,
  type RunbookRefusal,
  type RunbookRequest,
  type RunbookStop,
  type RunPersonCommand,
} from "./use-cases/runbook-desk.js";

export type {
  EscalationPolicy,
  EscalationPolicyProblem,
  EscalationStep,
  EscalationTarget,
  StakeholderNotice,
  StepCondition,
} from "./on-call/escalation/escalation-policy.js";
export { validateEscalationPolicy } from "./on-call/escalation/validate-escalation-policy.js";
export {
  planSends,
  urgencyOf,
  type NotificationRule,
  type PagedPerson,
  type PlannedSend,
  type ReachablePerson,
  type TellingCircumstances,
  type Urgency,
} from "./on-call/escalation/notification-rules.js";
export type { EscalationEvent, SkipReason } from "./on-call/escalation/escalation-event.js";
export type { CalledPeople, EscalationCommand, EscalationRejection } from "./on-call/escalation/escalation-command.js";
export {
  escalationStream,
  isOpenEscalation,
  type EscalationState,
  type AskedFor,
  type EscalationStatus,
  type EscalationWake,
} from "./on-call/escalation/escalation.js";
export { evolveEscalation } from "./on-call/escalation/evolve-escalation.js";
export { decideEscalation } from "./on-call/escalation/decide-escalation.js";
export { parseEscalationEvent } from "./on-call/escalation/parse-escalation-event.js";
export { callTargets, type EscalationDirectory, type ResolveTarget } from "./on-call/escalation/resolve-targets.js";
export { auditEscalations, type EscalationFinding } from "./on-call/escalation/audit-escalations.js";
export { createEscalationBook, type EscalationBook } from "./use-cases/escalation-book.js";
export { createEscalationDesk, type EscalationDesk, type EscalationDeskOptions } from "./use-cases/escalation-desk.js";
export type { EscalationRefusal, EscalationWord, PersonEscalationCommand } from "./use-cases/escalation-order.js";
export type { PageSubject } from "./use-cases/escalation-page.js";
export {
  createEscalationAuditor,
  type EscalationAudit,
  type EscalationAuditor,
} from "./use-cases/escalation-auditor.js";

export {
  DEFAULT_NIGHT_HOURS,
  isAtNight,
  type Contact,
  type NightHours,
  type Person,
  type Team,
} from "./on-call/person.js";
export type {
  ExcludedDays,
  Layer,
  OnCallInterval,
  OnCallPerson,
  OnCallReason,
  OnCallSchedule,
  Override,
  OverrideChange,
  Restriction,
  Rotation,
  RotationUnit,
  TemporarySchedule,
  TemporaryShift,
} from "./on-call/schedule/schedule.js";
export { shiftsBetween, whoIsOnCall } from "./on-call/schedule/resolve-schedule.js";
export type { ScheduleProblem } from "./on-call/schedule/schedule-problems.js";
export { swapOverrides, type Swap, type SwappedShift } from "./on-call/schedule/swap.js";
export { gapsBetween, type Gap } from "./on-call/health/gaps.js";
export { lintSchedule, type LintContext } from "./on-call/health/lint-schedule.js";
export {
  unreachableBetween,
  unreachableReason,
  unreachableWords,
  type Directory,
  type UnreachablePerson,
  type UnreachableReason,
} from "./on-call/health/reachability.js";
export { previewEdit, type ScheduleDifference } from "./on-call/health/preview-edit.js";
export { onCallLoad, type PageReceived, type PersonLoad } from "./on-call/health/on-call-load.js";
export { fairness, type Fairness } from "./on-call/health/fairness.js";
export {
  handOver,
  type HandOver,
  type HandOverActionItem,
  type HandOverIncident,
  type HandOverInput,
  type HandOverSilence,
} from "./on-call/hand-over/hand-over.js";
export { shippedChanges, type ChangePlace, type HandOverChange } from "./on-call/hand-over/shipped-changes.js";
export { overrideWords, renderHandOver } from "./on-call/hand-over/render-hand-over.js";
export { writeCalendar, type CalendarInput } from "./on-call/icalendar/write-calendar.js";
export type { CalendarProblem } from "./on-call/icalendar/calendar-time.js";
export { readOverrides, type OverrideImport, type OverrideImportOptions } from "./on-call/icalendar/read-overrides.js";
export type { AlertHandIn } from "./use-cases/alert-hand-in.js";
export { createAlertIntake, type AlertIntake, type AlertReceipt } from "./use-cases/alert-intake.js";
export { createJournal, type Entry, type Journal, type Projection, type StreamEntries } from "./use-cases/journal.js";
export { createRoutingBook, type OverAlert, type RoutingBook } from "./use-cases/routing-book.js";
export { createRoutingDesk, ROUTING_TIMER, type AlertExplanation, type RoutingDesk } from "./use-cases/routing-desk.js";
export { parseRoutingEvent, type GroupNotified, type RoutingEvent } from "./use-cases/routing-event.js";
export { createSilenceBook, type SilenceBook } from "./use-cases/silence-book.js";
export { createSilenceDesk, type SilenceDesk, type SilenceRequest } from "./use-cases/silence-desk.js";
export type { IncidentResponse } from "./use-cases/incident-response.js";
export {
  NOBODY_ON_CALL,
  type OnCallDesk,
  type OnCallMember,
  type OnCallSettings,
  type OverrideRequest,
  type SwapRequest,
} from "./use-cases/on-call-desk.js";
export {
  defaultRouting,
  type Receiver,
  type ResponsePorts,
  type ResponseSettings,
  type RoutingSettings,
} from "./use-cases/response-settings.js";
