import fastifyStatic from "@fastify/static";
import { relative, sep } from "node:path";
import type { Api } from "./context.js";

const A_YEAR_S = 31_536_000;

/** Serves the built dashboard: its files, and its one page for every address that is not a file's. */
export async function dashboardPages(api: Api, directory: string): Promise<void> {
  await api.register(async (scope) => {
    // Pages hold no data; what they show, they ask the API for.
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, needs: "nothing" };
    });
    await scope.register(fastifyStatic, {
      root: directory,
      wildcard: false,
      cacheControl: false,
      dotfiles: "ignore",
      setHeaders(reply, path) {
        // Names under assets/ hold a hash of what is in them; everything else may change under its name.
        const hashed = relative(directory, path).startsWith(`assets${sep}`);
        reply.header("cache-control", hashed ? `public, max-age=${A_YEAR_S}, immutable` : "no-cache");
      },
    });
    scope.get("/*", { schema: { hide: true } }, async (request, reply) => {
      const path = request.url.split("?")[0] ?? "";
      const wantsPage = (request.headers.accept ?? "").includes("text/html");
      // A missing script must not be answered with a page; an address that a person opened must, dots or not.
      if (/^\/+api(?:\/|$)/i.test(path) || path.startsWith("/assets/") || (/\.[a-z0-9]+$/i.test(path) && !wantsPage))
        return reply.callNotFound();
      return reply.sendFile("index.html");
    });
  });
}
