/** What a form asks for; each kind has a field of its own. */
export type ActionField = {
  readonly name: string;
  readonly label: string;
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
);

/** What somebody filled in, by the fields' names. */
export type Filled = Readonly<Record<string, string>>;
