import type { Area } from "./area.js";
import type { Role } from "./role.js";

/** Who asks, as far as the engine has made sure of it. */
export type Principal = {
  /** A user's name, or the title of a token with its owner's name. */
  readonly name: string;
  readonly role: Role;
  /** Absent: every area. */
  readonly areas?: readonly Area[];
  readonly by:
    | { readonly kind: "session"; readonly sessionId: string }
    | { readonly kind: "token"; readonly tokenId: string };
};

/** Whether somebody confined to some areas may write in this one. */
export function coversArea(areas: readonly Area[] | undefined, area: Area): boolean {
  return areas === undefined || areas.includes(area);
}

/** The name that Plimsoll itself acts by. Nobody else may bear it: what is done under it is not held against a person. */
export const ENGINE_ACTOR = "engine";
