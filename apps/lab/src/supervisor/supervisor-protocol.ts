import type { LabErrorCode } from "../lab-error.js";

/** How the supervisor is started. */
export type SupervisorConfig = {
  readonly stateDirectory: string;
  readonly processesDirectory: string;
  readonly portBase: number;
  readonly requestsPerSecond: number;
  /** Whether it lives on when the process that started it ends. */
  readonly detached: boolean;
};

/** What the supervisor tells the process that started it. */
export type SupervisorReport =
  | { readonly type: "progress"; readonly message: string }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly code: LabErrorCode; readonly message: string };
