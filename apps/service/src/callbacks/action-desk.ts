import { pagerDutyDedupKey, type ChannelAction } from "@plimsoll/adapters-notifiers";
import type { Plimsoll } from "@plimsoll/core";
import type { ActionTokens } from "./action-tokens.js";
import { notifierTypeOf, type CallbackChannel } from "./callback-secrets.js";

/** What came of a button that somebody pressed. */
export type ActionOutcome = {
  readonly done: boolean;
  readonly code: string;
  /** For whoever pressed it. */
  readonly message: string;
};

/** Does what was asked for in a channel, in the name of the person whom the channel's user is here. */
export type ActionDesk = {
  carryOut(channel: CallbackChannel, action: ChannelAction): Promise<ActionOutcome>;
};

export function createActionDesk(options: {
  readonly engine: Pick<Plimsoll, "commandIncident" | "escalations" | "incidents" | "onCall">;
  readonly tokens: ActionTokens;
  /** The type of a notifier, by its name. */
  readonly notifierType: (name: string) => string | undefined;
  readonly nowMs: () => number;
}): ActionDesk {
  const { engine, notifierType, nowMs, tokens } = options;

  const personOf = (channel: CallbackChannel, id: string) =>
    engine.onCall.people.find(({ contacts }) =>
      contacts.some(({ address, notifier }) => address === id && notifierType(notifier) === notifierTypeOf(channel)),
    );
  const subjectOf = ({ kind, subject }: ChannelAction): { readonly incidentId: string } | ActionOutcome => {
    if (subject.by === "token") {
      const checked = tokens.check(kind, subject.token, nowMs());
      return checked.ok ? { incidentId: checked.value } : { done: false, ...checked.error };
    }
    const incident = engine.incidents().find(({ id }) => pagerDutyDedupKey(id) === subject.threadKey);
    if (incident !== undefined) return { incidentId: incident.id };
    return { done: false, code: "unknown-incident", message: "There is no such incident here." };
  };

  return {
    async carryOut(channel, action) {
      const subject = subjectOf(action);
      if ("done" in subject) return subject;
      const person = personOf(channel, action.actor.id);
      if (person === undefined) {
        const message = `Nobody here has the ${channel} id that pressed this; add it to a person's contacts.`;
        return { done: false, code: "unknown-person", message };
      }
      const { incidentId } = subject;
      const outcome = await command(engine, { action, channel, incidentId, actor: person.id, atMs: nowMs() });
      if (!outcome.ok) return { done: false, code: outcome.error.code, message: outcome.error.message };
      return { done: true, code: action.kind, message: `${incidentId}: ${DONE_WORDS[action.kind]} by ${person.name}.` };
    },
  };
}

const DONE_WORDS = { acknowledge: "acknowledged", escalate: "escalated", resolve: "resolved" } as const;

type Asked = {
  readonly action: ChannelAction;
  readonly channel: CallbackChannel;
  readonly incidentId: string;
  readonly actor: string;
  readonly atMs: number;
};

/** The cause is the callback's id: the same one does nothing twice, also after a restart. */
async function command(
  engine: Pick<Plimsoll, "commandIncident" | "escalations" | "incidents">,
  { action: { callbackId: causeId, kind }, actor, atMs, channel, incidentId }: Asked,
) {
  switch (kind) {
    case "acknowledge":
      return engine.commandIncident(incidentId, { type: "acknowledge", actor, causeId });
    case "resolve":
      // Whoever resolves has taken it on; there is no way from declared to resolved but through that.
      if (engine.incidents().some(({ id, status }) => id === incidentId && status === "declared")) {
        await engine.commandIncident(incidentId, { type: "acknowledge", actor, causeId: `${causeId}/acknowledge` });
      }
      return engine.commandIncident(incidentId, { type: "resolve", actor, causeId, reason: `resolved in ${channel}` });
    case "escalate":
      return engine.escalations.command(incidentId, {
        type: "escalate",
        atMs,
        actor,
        causeId,
        reason: `asked for in ${channel}`,
      });
  }
}
