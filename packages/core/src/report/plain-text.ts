// Control characters move a terminal's cursor and break a Markdown row; direction marks make a name read as another.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Makes a name safe for one line of text: what cannot be printed becomes a space. */
export function plainText(text: string): string {
  return text.replace(UNPRINTABLE, " ").trim();
}

/** Makes a name safe inside a line of Markdown: it reads the same and forms nothing, no link, table cell or mention. */
export function markdownText(text: string): string {
  return plainText(text)
    .replace(/[\\`*_[\]<>|#~!&@:]/g, "\\$&")
    .replace(/^(\d*)([-+.)])/, "$1\\$2");
}
