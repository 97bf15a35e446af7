/** Where to go after signing in: an address of this page and of no other site; the overview when it is none. */
export function returnPath(asked: string | null): string {
  // Browsers take both slashes and backslashes for the start of another host's name.
  if (asked === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(asked) || asked.startsWith("/sign-in")) return "/";
  return asked;
}
