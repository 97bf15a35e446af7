/** What the reader chose. `system` follows the machine. */
export type Theme = "system" | "light" | "dark";

const KEY = "plimsoll.theme"; // public/theme-boot.js reads it too, before the first paint
const NEXT = { system: "light", light: "dark", dark: "system" } as const;

export function readTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function nextTheme(theme: Theme): Theme {
  return NEXT[theme];
}

/** Shows a theme and remembers it, where storage is allowed. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // It holds for as long as the page is open.
  }
  document.dispatchEvent(new Event(THEME_CHANGED));
}

export const THEME_CHANGED = "plimsoll:theme";

/** Calls back whenever colours change, by choice or by the system. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  document.addEventListener(THEME_CHANGED, listener);
  system.addEventListener("change", listener);
  return () => {
    document.removeEventListener(THEME_CHANGED, listener);
    system.removeEventListener("change", listener);
  };
}
