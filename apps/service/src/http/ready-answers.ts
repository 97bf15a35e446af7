/**
 * Keeps answers as they are sent, by what was asked, for as long as what they were written from is the same object: a
 * view of an SLO, or the state of a round.
 */
export type ReadyAnswers = {
  /** The answer to a question: the one kept, if it was written from this very object, or else written now. */
  body(question: string, from: object, write: () => string): ReadyBody;
  /** What is kept takes so many bytes; never more than the most. */
  readonly bytes: number;
};

/**
 * An answer's body. A short one is text, which Node sends with its head in one write; a long one is bytes, as writing it
 * as UTF-8 each time would cost more than sending it.
 */
export type ReadyBody = string | Buffer;

/** All SLOs of a service with 10,000 of them, once each, once in the whole list and a part of them by service. */
const MOST_BYTES = 64 * 1024 * 1024;
// Up to this size Node writes a text without asking for memory first.
const LONGEST_TEXT = 8 * 1024;

type Kept = { readonly from: object; readonly body: ReadyBody; readonly bytes: number };

export function createReadyAnswers({ mostBytes = MOST_BYTES }: { readonly mostBytes?: number } = {}): ReadyAnswers {
  const answers = new Map<string, Kept>();
  let bytes = 0;
  const drop = (question: string, kept: Kept): void => {
    answers.delete(question);
    bytes -= kept.bytes;
  };
  return {
    body(question, from, write) {
      const known = answers.get(question);
      if (known?.from === from) return known.body;
      if (known !== undefined) drop(question, known);
      const made = ready(write(), from);
      if (made.bytes > mostBytes) return made.body;
      for (const [oldest, kept] of answers) {
        if (bytes + made.bytes <= mostBytes) break;
        drop(oldest, kept);
      }
      answers.set(question, made);
      bytes += made.bytes;
      return made.body;
    },
    get bytes() {
      return bytes;
    },
  };
}

function ready(text: string, from: object): Kept {
  if (text.length > LONGEST_TEXT) {
    const body = Buffer.from(text);
    return { from, body, bytes: body.length };
  }
  // A text takes two bytes for each of its signs as soon as one of them needs two.
  return { from, body: text, bytes: text.length * (Buffer.byteLength(text) === text.length ? 1 : 2) };
}
