import { useSyncExternalStore } from "react";
import { applyTheme, nextTheme, onThemeChange, readTheme } from "./theme.js";

const WORDS = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" } as const;
const PATHS = {
  system: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M8 2v12M8 4.5h3.5M8 8h6M8 11.5h3.5",
  light: "M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  dark: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
} as const;

/** Goes round light, dark and what the system says. */
export function ThemeToggle() {
  const theme = useSyncExternalStore(onThemeChange, readTheme);
  return (
    <button
      type="button"
      className="icon-button"
      title={WORDS[theme]}
      aria-label={WORDS[theme]}
      onClick={() => applyTheme(nextTheme(theme))}
    >
      <svg className="icon" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
        <path
          d={PATHS[theme]}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </button>
  );
}
