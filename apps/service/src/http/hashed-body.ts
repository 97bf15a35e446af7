import { createHash } from "node:crypto";
import type { Api } from "./context.js";

declare module "fastify" {
  interface FastifyRequest {
    /** SHA-256 of the bytes that came as its body, in hex; empty where the route does not ask for it. */
    bodyHash: string;
  }
}

/** Lets the routes of a scope know the hash of the bytes that came, as whoever sent them can work it out too. */
export function hashBodies(scope: Api): void {
  const parse = scope.getDefaultJsonParser("error", "error");
  scope.decorateRequest("bodyHash", "");
  scope.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    request.bodyHash = createHash("sha256").update(body).digest("hex");
    void parse(request, body.toString(), done);
  });
}
