// Runs before the first paint, so that a person who chose dark is not shown a white page at night.
try {
  const chosen = localStorage.getItem("plimsoll.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off: the system's preference holds.
}
