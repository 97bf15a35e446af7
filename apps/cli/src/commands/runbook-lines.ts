/** What is told of a runbook, wherever it comes from. */
export type ShownRunbook = {
  readonly id: string;
  readonly title: string;
  readonly level: number;
  readonly owner?: string | undefined;
  readonly lastRehearsedAt?: string | undefined;
  readonly symptoms: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly description: string;
    readonly default?: string | undefined;
  }[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly risk: string;
    readonly approval: boolean;
  }[];
};

/** Writes a runbook in lines: who owns it, what it is for, and its steps. */
export function runbookLines(book: ShownRunbook): readonly string[] {
  return [
    `${book.id}: ${book.title}`,
    `level ${book.level}, owner ${book.owner ?? "nobody"}, rehearsed ${rehearsedOn(book)}`,
    `symptoms: ${book.symptoms.join(", ") || "none"}`,
    ...book.parameters.map(
      ({ default: standard, description, name }) =>
        `parameter ${name}: ${description}${standard === undefined ? "" : ` (${standard})`}`,
    ),
    ...book.links.map(({ title, url }) => `link ${title}: ${url}`),
    ...book.steps.map(
      ({ approval, id, risk, title }) => `step ${id}: ${title} (${risk}${approval ? ", needs approval" : ""})`,
    ),
  ];
}

/** The day of its last rehearsal. */
export function rehearsedOn({ lastRehearsedAt }: Pick<ShownRunbook, "lastRehearsedAt">): string {
  return lastRehearsedAt?.slice(0, 10) ?? "never";
}
