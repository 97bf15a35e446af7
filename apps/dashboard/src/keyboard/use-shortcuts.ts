import { useLayoutEffect } from "react";
import { useRouter } from "../router/router-context.js";
import { applyTheme, nextTheme, readTheme } from "../theme/theme.js";
import { focusFilter } from "./filter-focus.js";
import { createKeyReader, type Shortcut } from "./shortcut-keys.js";
import { shortcutsAreOn } from "./shortcut-setting.js";

/** Listens to the keyboard, except where somebody types or a dialog is open. */
export function useShortcuts(showHelp: () => void): void {
  const router = useRouter();
  // Before the page is painted: whoever sees it may type.
  useLayoutEffect(() => {
    const read = createKeyReader();
    const act: Readonly<Record<Shortcut, () => void>> = {
      overview: () => router.navigate("/"),
      incidents: () => router.navigate("/incidents"),
      gate: () => router.navigate("/gate"),
      theme: () => applyTheme(nextTheme(readTheme())),
      help: showHelp,
      next: () => moveRow(1),
      previous: () => moveRow(-1),
      filter: () => focusFilter(() => router.navigate("/")),
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]") !== null || !shortcutsAreOn()) return;
      const shortcut = read(event.key, event.timeStamp);
      if (shortcut === undefined) return;
      event.preventDefault();
      act[shortcut]();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [router, showHelp]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const current = rows.findIndex((row) => row === document.activeElement);
  const next = current === -1 ? (by === 1 ? 0 : rows.length - 1) : current + by;
  rows[Math.min(rows.length - 1, Math.max(0, next))]?.focus();
}
