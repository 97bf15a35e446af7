// Controls, and the marks that hide text or turn its direction.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Makes spaces of control characters, and of the marks that hide text or turn its direction. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, " ");
}

/** HTML, entities and mentions; what would link by itself; what would begin a list, a rule or a heading. */
const ENTITIES = /[&<>@]|:(?=\/\/)|(?<=\bwww)\.|^[-+=]|(?<=^\d+)[.)]/gi;

/**
 * Makes foreign text safe to stand inside one line of Markdown, be it a paragraph, a list item or a table's cell.
 *
 * Line breaks and invisible characters become spaces; nothing in it can begin an element, a link, an image, code, HTML,
 * a mention or a table cell. What it says stays readable: round brackets stay, for without square ones they mean nothing.
 */
export function escapeMarkdown(text: string): string {
  return withoutInvisible(text)
    .trim()
    .replace(ENTITIES, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/&#|[\\`*_{}[\]#|~!$^]/g, (found) => (found === "&#" ? found : `\\${found}`));
}
