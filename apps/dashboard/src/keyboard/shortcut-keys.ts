/** What the keyboard can do. */
export type Shortcut = "filter" | "overview" | "incidents" | "gate" | "theme" | "help" | "next" | "previous";

export const SHORTCUTS: readonly { readonly keys: string; readonly does: Shortcut; readonly words: string }[] = [
  { keys: "g o", does: "overview", words: "Go to the overview" },
  { keys: "g i", does: "incidents", words: "Go to the incidents" },
  { keys: "g g", does: "gate", words: "Go to the gate" },
  { keys: "/", does: "filter", words: "Filter the SLOs" },
  { keys: "j", does: "next", words: "Next row" },
  { keys: "k", does: "previous", words: "Previous row" },
  { keys: "t", does: "theme", words: "Light, dark or as the system" },
  { keys: "?", does: "help", words: "This help" },
];

// After this long the first key of a pair is forgotten.
const PAIR_MS = 1200;

/** Reads keys one by one, pairs among them. */
export function createKeyReader(): (key: string, atMs: number) => Shortcut | undefined {
  let first: { readonly key: string; readonly atMs: number } | undefined;
  return (key, atMs) => {
    const pair = first !== undefined && atMs - first.atMs <= PAIR_MS ? `${first.key} ${key}` : undefined;
    first = undefined;
    const found = SHORTCUTS.find(({ keys }) => keys === pair) ?? SHORTCUTS.find(({ keys }) => keys === key);
    if (found === undefined && SHORTCUTS.some(({ keys }) => keys.startsWith(`${key} `))) first = { key, atMs };
    return found?.does;
  };
}
