import type { SecretReference } from "./config-registry.js";

/** A text cut at its references: `postgres://user:${env:P}@host` is text, reference, text. */
export type ReferencePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly written: string; readonly reference: SecretReference };

const REFERENCE = /\$\{(env|file):([^${}]*)\}/g;
const LOOKS_LIKE_REFERENCE = /\$\{([^}]*)\}/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a text that should hold references holds instead. */
export type ReferenceProblem = { readonly message: string; readonly fix: string };

/** Finds the references in a text; undefined when there is none and nothing that looks like one. */
export function referenceParts(
  text: string,
): { readonly parts: readonly ReferencePart[]; readonly problems: readonly ReferenceProblem[] } | undefined {
  if (!text.includes("${")) return undefined;
  const parts: ReferencePart[] = [];
  const problems: ReferenceProblem[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const name = (match[2] ?? "").trim();
    const problem = match[1] === "env" ? variableProblem(name) : pathProblem(name);
    if (problem !== undefined) problems.push(problem);
    const reference: SecretReference = match[1] === "env" ? { kind: "env", name } : { kind: "file", path: name };
    parts.push({ kind: "reference", written: match[0], reference });
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  for (const part of parts) {
    const stray = part.kind === "text" ? LOOKS_LIKE_REFERENCE.exec(part.text) : null;
    if (stray !== null) problems.push(strayProblem(stray[1] ?? ""));
  }
  return { parts, problems };
}

function variableProblem(name: string): ReferenceProblem | undefined {
  if (VARIABLE.test(name)) return undefined;
  return {
    message: `\`${name.slice(0, 60)}\` is not the name of an environment variable.`,
    fix: "Write letters, digits and `_`, such as `${env:SLACK_WEBHOOK_URL}`.",
  };
}

function pathProblem(path: string): ReferenceProblem | undefined {
  if (path === "")
    return { message: "The reference names no file.", fix: "Write its path, such as `${file:/run/secrets/slack}`." };
  const climbs = path.split(/[\\/]/).includes("..");
  if (!climbs) return undefined;
  return {
    message: "The path of a secret may not climb with `..`.",
    fix: "Keep the file beside the configuration, or write its path from the root, such as `${file:/run/secrets/slack}`.",
  };
}

function strayProblem(inside: string): ReferenceProblem {
  const name = inside.replace(/^.*[:.]/, "");
  const fix = VARIABLE.test(name)
    ? `Write \`\${env:${name}}\` for an environment variable.`
    : "Write `${env:NAME}` or `${file:PATH}`.";
  return { message: `\`\${${inside.slice(0, 60)}}\` is not a reference that is known.`, fix };
}
