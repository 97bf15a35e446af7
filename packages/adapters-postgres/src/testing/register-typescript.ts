// Lets a child process of a test run the sources as they are: Node strips the types, and `./x.js` means `./x.ts`.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith(".") || !specifier.endsWith(".js")) return next(specifier, context);
    try {
      return next(specifier, context);
    } catch {
      return next(specifier.replace(/\.js$/u, ".ts"), context);
    }
  },
});
