/** What a form asks for; each kind has a field of its own. */
export type ActionField = {
  readonly name: string;
  readonly label: string;
  /** It may be left empty; then nothing is sent of it. */
  readonly optional?: true;
} & (
  | {
      /** Several lines, or with `line` one; a few thousand characters, or `most`. */
      readonly asks: "text" | "line";
      readonly most?: number;
    }
  | {
      readonly asks: "choice";
      readonly choices: readonly string[];
    }
  | {
      /** Somebody of the directory, or somebody whom it does not know. */
      readonly asks: "person";
      readonly orTeam?: boolean;
    }
  | {
      /** The id of something, with ids to choose from as far as they are known here. */
      readonly asks: "id";
      readonly of: "incident" | "alert" | "change";
    }
  | {
      /** Another incident that is open. */
      readonly asks: "open-incident";
      readonly not: string;
    }
  | { readonly asks: "day" }
  /** A minute, in UTC. */
  | { readonly asks: "minute" }
  | {
      /** Any of these, or none; what is filled in is a list in JSON. */
      readonly asks: "several";
      readonly choices: readonly string[];
      /** Said where there is nothing to choose from. */
      readonly none: string;
    }
);

/** What somebody filled in, by the fields' names. */
export type Filled = Readonly<Record<string, string>>;

/** What was chosen of several. */
export function chosenOf(filled: Filled, name: string): readonly string[] {
  const chosen: unknown = JSON.parse(filled[name] ?? "[]");
  return Array.isArray(chosen) ? chosen.filter((one) => typeof one === "string") : [];
}
