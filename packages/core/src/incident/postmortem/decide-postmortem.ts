import { failure, success } from "../../errors/result.js";
import type { Decision } from "../decision.js";
import type { CommandOf } from "../incident-command.js";
import { isOpenStatus } from "../incident-lifecycle.js";
import { stamp } from "../incident-stamp.js";
import type { IncidentState } from "../incident.js";

/** Decides what people do to an incident's postmortem; also after the incident closed. */
export function decidePostmortem(
  state: IncidentState,
  command: CommandOf<"edit-postmortem" | "restore-postmortem" | "review-postmortem">,
): Decision {
  const { causeId } = command;
  const when = stamp(state, command);
  const { edits, review } = state.postmortem;
  switch (command.type) {
    case "edit-postmortem": {
      const { section, text } = command;
      const same = edits.some((edit) => edit.section === section && edit.text === text);
      if (same) return success([]);
      return success([{ type: "incident.postmortem-edited", ...when, data: { causeId, section, text } }]);
    }
    case "restore-postmortem": {
      const { section } = command;
      if (edits.some((edit) => edit.section === section)) {
        return success([{ type: "incident.postmortem-restored", ...when, data: { causeId, section } }]);
      }
      return failure({
        code: "not-edited",
        section,
        message: `The section ${section} of ${state.id} is as it was generated. There is no edit to take back.`,
      });
    }
    case "review-postmortem": {
      const { comment = "", status } = command;
      if (status !== "draft" && isOpenStatus(state.status)) {
        return failure({
          code: "still-open",
          incidentId: state.id,
          status: state.status,
          message: `${state.id} is still ${state.status}. Its postmortem is reviewed once it is resolved.`,
        });
      }
      if (status === review.status) return success([]);
      return success([{ type: "incident.postmortem-reviewed", ...when, data: { causeId, status, comment } }]);
    }
  }
}
