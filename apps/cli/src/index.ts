export { run } from "./run.js";
export type { Io, Sink } from "./io.js";
export { EXIT, type ExitCode } from "./cli-error.js";
