import type { Problem } from "../api.js";

/** A refusal on its way to the caller: thrown inside a route, answered by the server's one error handler. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly body: Problem;
  /** Sent along, such as when to try again. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.name = "HttpProblem";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** Says that there is nothing of this kind under that id. */
export function notFound(kind: string, id: string): HttpProblem {
  // What was asked for comes from outside; it is cut, and never put into markup.
  return new HttpProblem(404, {
    code: "not-found",
    message: `There is no ${kind} ${JSON.stringify(id.slice(0, 100))}.`,
  });
}

/** Turns a refusal of the engine into an answer: unknown things are 404, all else is 409. */
export function refused(error: { readonly code: string; readonly message: string }): HttpProblem {
  return new HttpProblem(error.code.startsWith("unknown-") ? 404 : 409, { code: error.code, message: error.message });
}
