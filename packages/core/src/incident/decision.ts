import type { Result } from "../errors/result.js";
import type { IncidentEvent } from "./incident-event.js";
import type { IncidentRejection } from "./incident-rejection.js";

/** What a command comes to: the events to append, or why not. */
export type Decision = Result<readonly IncidentEvent[], IncidentRejection>;
