/** Keeps a figure and its unit on one line: `2 %`, `1 h`, `36 min`. */
export function keepUnits(words: string): string {
  return words.replace(/(\d) (%|d|h|min|s)(?![\w])/g, "$1\u00a0$2");
}
