/** Finds the known name that a misspelt one most likely means; undefined when none is close. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const other = plain(candidate);
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 3));
    if (Math.abs(other.length - wanted.length) > allowed) continue;
    const distance = editDistance(wanted, other, allowed);
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { name: candidate, distance };
  }
  return best?.name;
}

/** `web_hook-Url` and `webhookUrl` are the same name to a person. */
function plain(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[-_. ]/g, "");
}

/** Edits, and swaps of neighbours, that turn one text into the other (optimal string alignment); stops above a limit. */
function editDistance(left: string, right: string, limit: number): number {
  let twoBack: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    let lowest = row;
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, (twoBack[column - 2] ?? 0) + 1);
      current.push(cost);
      lowest = Math.min(lowest, cost);
    }
    if (lowest > limit) return lowest;
    twoBack = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** Writes names as a list for a sentence: `a, b or c`, the tail of a long one counted. */
export function nameList(names: readonly string[], limit = 12): string {
  if (names.length === 0) return "none";
  if (names.length > limit) return `${names.slice(0, limit).join(", ")} and ${names.length - limit} more`;
  if (names.length === 1) return String(names[0]);
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}
