/** One condition on a label, as PromQL writes it. */
export type LabelMatcher = {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
  readonly test: (value: string) => boolean;
};

/** Compiles a condition; regular expressions are anchored at both ends. Throws a SyntaxError for one that does not compile. */
export function labelMatcher(label: string, operator: LabelMatcher["operator"], value: string): LabelMatcher {
  return { label, operator, value, test: tester(operator, value) };
}

function tester(operator: LabelMatcher["operator"], value: string): (value: string) => boolean {
  switch (operator) {
    case "=":
      return (found) => found === value;
    case "!=":
      return (found) => found !== value;
    case "=~":
    case "!~": {
      const pattern = anchored(value);
      return operator === "=~" ? (found) => pattern.test(found) : (found) => !pattern.test(found);
    }
  }
}

function anchored(source: string): RegExp {
  // RE2 writes case-insensitivity as a leading (?i); `s` because its anchors span lines in PromQL.
  const inline = /^\(\?([is]+)\)/.exec(source);
  const flags = inline?.[1]?.includes("i") === true ? "isu" : "su";
  return new RegExp(`^(?:${inline === null ? source : source.slice(inline[0].length)})$`, flags);
}
