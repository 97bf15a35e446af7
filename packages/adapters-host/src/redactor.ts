/** Takes secrets out of texts. */
export type Redactor = {
  (text: string): string;
  /** Characters of the longest secret. */
  readonly longest: number;
};

const SHOWN_AS = "[secret]";
/** Shorter texts are words, and not secrets. */
const SHORTEST = 4;

/** Makes a function that takes these texts out of others, as they are and as they stand in an address. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = secrets.filter(({ length }) => length >= SHORTEST).flatMap((text) => [text, encodeURIComponent(text)]);
  const longestFirst = [...new Set(forms)].sort((left, right) => right.length - left.length);
  const redact = (text: string): string => longestFirst.reduce((shown, form) => shown.replaceAll(form, SHOWN_AS), text);
  return Object.assign(redact, { longest: longestFirst[0]?.length ?? 0 });
}
