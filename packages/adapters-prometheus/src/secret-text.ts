const SHOWN_AS = "[secret]";
const SHORTEST_WORTH_HIDING = 4; // shorter ones would blank out ordinary words

/** Makes a function that takes every known secret out of a text. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret.length >= SHORTEST_WORTH_HIDING)
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((shown, secret) => shown.replaceAll(secret, SHOWN_AS), text);
}

/** An address fit to be shown: no user, no password, no query, no fragment. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}
