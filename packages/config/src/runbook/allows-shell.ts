import type { OperationConfig } from "../plimsoll-config.js";

/** Whether runbooks may use a shell: only where the configuration of their host says so. */
export function allowsShell({ runbookHost }: Pick<OperationConfig, "runbookHost">): boolean {
  if (typeof runbookHost !== "object" || runbookHost === null) return false;
  return "allowShell" in runbookHost && runbookHost.allowShell === true;
}
