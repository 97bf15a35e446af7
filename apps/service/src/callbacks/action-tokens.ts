import { failure, success, type MakeActions, type NotificationAction, type Result } from "@plimsoll/core";
import { createHmac, timingSafeEqual } from "node:crypto";

/** Signs what a button may do, and checks it when it comes back. */
export type ActionTokens = {
  /** The actions of a message about an incident; none where nothing is left to be done. */
  make(notification: Parameters<MakeActions>[0]["notification"], nowMs: number): readonly NotificationAction[];
  /** The incident that a token is for; the verb is the one that came beside it. */
  check(kind: NotificationAction["kind"], token: string, nowMs: number): Result<string, ActionRefusal>;
};

/** Why a token does nothing. */
export type ActionRefusal = { readonly code: "forged-action" | "expired-action"; readonly message: string };

/** A page of yesterday is not answered by its button: whoever comes that late should look first. */
const ACTION_TTL_MS = 24 * 3_600_000;

const INCIDENT = /^INC-\d{1,12}$/;
const TOKEN = /^(INC-\d{1,12})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22})$/;
/** Half of SHA-256: 128 bits can not be guessed, and the smallest channel carries 60 characters in all. */
const MAC_BYTES = 16;

/** Makes the signer. The token says incident and expiry in the open, and nobody without the key can make or change one. */
export function createActionTokens(key: Buffer): ActionTokens {
  const mac = (kind: string, incidentId: string, expires: string): Buffer =>
    createHmac("sha256", key).update(`${kind}\n${incidentId}\n${expires}`).digest().subarray(0, MAC_BYTES);
  return {
    make({ status, threadKey, urgency }, nowMs) {
      if (!INCIDENT.test(threadKey) || status === "resolved" || urgency === "info") return [];
      const expires = Math.floor((nowMs + ACTION_TTL_MS) / 1_000).toString(36);
      const kinds = status === "acknowledged" ? (["escalate", "resolve"] as const) : ACTION_KINDS;
      return kinds.map((kind) => ({
        kind,
        token: `${threadKey}.${expires}.${mac(kind, threadKey, expires).toString("base64url")}`,
      }));
    },
    check(kind, token, nowMs) {
      const [, incidentId = "", expires = "", given = ""] = TOKEN.exec(token) ?? [];
      const sent = Buffer.from(given, "base64url");
      if (sent.length !== MAC_BYTES || !timingSafeEqual(sent, mac(kind, incidentId, expires))) {
        return failure({ code: "forged-action", message: "This button is none of Plimsoll's." });
      }
      if (Number.parseInt(expires, 36) * 1_000 <= nowMs) {
        return failure({ code: "expired-action", message: "This button is more than a day old; open the incident." });
      }
      return success(incidentId);
    },
  };
}

const ACTION_KINDS = ["acknowledge", "escalate", "resolve"] as const;
