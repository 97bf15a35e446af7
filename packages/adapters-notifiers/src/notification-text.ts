const CONTROL = /(?![\t\n])\p{Cc}/gu;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** Takes out what is no text: control characters but tab and line feed, and halves of characters. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, "").replace(LONE_SURROGATE, "\ufffd");
}

/** Escapes a text and cuts it between characters, so that what is sent is never longer than a limit. */
export function fitText(
  text: string,
  limit: number,
  escape: (character: string) => string = (character) => character,
): string {
  let fitted = "";
  let cutAt = 0;
  for (const character of cleanText(text)) {
    const escaped = escape(character);
    if (fitted.length + escaped.length > limit) return `${fitted.slice(0, cutAt)}…`;
    fitted += escaped;
    if (fitted.length < limit) cutAt = fitted.length;
  }
  return fitted;
}

/** Escapes the three characters that Slack and Telegram's HTML give a meaning. */
export function escapeMarkup(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    default:
      return character;
  }
}
