/** Where a real component came from, in the order in which they are tried. */
export type ComponentOrigin = "environment" | "path" | "npm" | "docker" | "apt";

/** A real component that could not be had here, and why, in words for the test report. */
export interface UnavailableComponent {
  readonly kind: "unavailable";
  readonly reason: string;
}

/** A server that runs and can be talked to until `stop` is called. */
export interface RunningServer {
  readonly kind: "running";
  readonly url: string;
  readonly origin: ComponentOrigin;
  /** Ends the server and removes what it stored; calling it twice does no harm. */
  readonly stop: () => Promise<void>;
}

/** A program that can be started: `command` with `leadingArguments` before one's own. */
export interface Executable {
  readonly kind: "executable";
  readonly command: string;
  readonly leadingArguments: readonly string[];
  readonly origin: ComponentOrigin;
}

/** The part of vitest's test context that skipping needs. */
export interface SkippableContext {
  readonly skip: (reason?: string) => never;
}

/** Says that a component is not to be had, under its own name. */
export function unavailable(component: string, reason: string): UnavailableComponent {
  return { kind: "unavailable", reason: `${component} is not available: ${reason}` };
}

/**
 * Reports the running test as not run when its component is unavailable, and narrows the type otherwise.
 * `pnpm test` lists such tests by name and counts them; `pnpm test --strict` counts them as failed.
 */
export function skipUnlessAvailable<T extends { readonly kind: string }>(
  context: SkippableContext,
  component: T | UnavailableComponent,
): asserts component is Exclude<T, UnavailableComponent> {
  if (isUnavailable(component)) context.skip(component.reason);
}

function isUnavailable(component: { readonly kind: string }): component is UnavailableComponent {
  return component.kind === "unavailable";
}
