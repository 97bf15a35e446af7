const REDACTED = "[secret]";

/**
 * Holds a secret so that it does not leak by accident: printing, inspecting, cloning to JSON or joining it into a
 * text gives `[secret]`. Only `reveal` gives the value.
 */
export class Secret {
  readonly #value: string;
  /** Where it came from, such as `${env:SLACK_WEBHOOK_URL}`; fit to be shown. */
  readonly origin: string;

  constructor(value: string, origin: string) {
    this.#value = value;
    this.origin = origin;
  }

  /** The value itself. Never put it in a message, a log or an answer. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  get [Symbol.toStringTag](): string {
    return "Secret";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }
}
