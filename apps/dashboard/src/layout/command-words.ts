/** Commands to copy. Arguments are quoted when a shell would read them otherwise. */
export function commandWords(...parts: readonly string[]): string {
  return ["plimsoll", ...parts.map(quoted)].join(" ");
}

function quoted(part: string): string {
  return /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", String.raw`'\''`)}'`;
}
