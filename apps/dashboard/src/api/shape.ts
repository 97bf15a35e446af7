/** Looks at a value from the wire and answers where it does not fit, or undefined when it fits. */
export type Check = (value: unknown, path: string) => string | undefined;

const ofType =
  (type: "string" | "number" | "boolean", words: string): Check =>
  (value, path) =>
    typeof value === type ? undefined : misfit(path, words, value);

export const text: Check = ofType("string", "text");
export const number: Check = ofType("number", "a number");
export const flag: Check = ofType("boolean", "true or false");

/** An instant that can be shown: what does not parse would come out as "Invalid Date". */
export const instant: Check = (value, path) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? undefined : misfit(path, "an instant", value);

export function oneOf(...words: readonly string[]): Check {
  return (value, path) =>
    typeof value === "string" && words.includes(value) ? undefined : misfit(path, words.join(" or "), value);
}

export function optional(check: Check): Check {
  return (value, path) => (value === undefined ? undefined : check(value, path));
}

export function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return misfit(path, "a list", value);
    for (const [index, item] of value.entries()) {
      const found = check(item, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Fields that are not named are let through: a newer service may say more than this page knows. */
export function record(fields: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(fields);
  return (value, path) => {
    if (typeof value !== "object" || value === null) return misfit(path, "an object", value);
    for (const [name, check] of entries) {
      const found = check((value as Record<string, unknown>)[name], path === "" ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function misfit(path: string, expected: string, value: unknown): string {
  const found = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value).slice(0, 60);
  return `at ${path === "" ? "the top" : path}: expected ${expected}, found ${found}`;
}
