/** What stands for a parameter's value in the texts of a runbook: `{{name}}`. */
export const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_-]+)\s*\}\}/g;

/** The name in one of them. */
export function placeholderName(placeholder: string): string {
  return placeholder.replace(PLACEHOLDER, "$1");
}
