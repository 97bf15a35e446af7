const FILTER_ID = "slo-filter";
let asked = false;

/** Puts the focus into the filter, at once or as soon as the page that has it is there. */
export function focusFilter(goThere: () => void): void {
  const field = document.getElementById(FILTER_ID);
  if (field !== null) {
    field.focus();
    return;
  }
  asked = true;
  goThere();
}

/** Takes the focus where somebody asked for the filter before it was there; a `ref` of its field. */
export function filterField(field: HTMLInputElement | null): void {
  if (field === null || !asked) return;
  asked = false;
  field.focus();
}
