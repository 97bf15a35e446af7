import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { isPlimsollError } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createHttpClient } from "./http-client.js";
import { httpSettingsShape } from "./http-settings.js";
import { page, scriptedServer } from "./scripted-server.test-support.js";

const schema = z.strictObject(httpSettingsShape);

function clientOf(settings: z.input<typeof schema>, url: string) {
  const client = createHttpClient(schema.parse(settings), [new URL(url)]);
  onTestFinished(() => client.close());
  return {
    ask: (cancel?: AbortSignal) =>
      client.ask({ url: new URL(url), accept: "text/plain", ...(cancel === undefined ? {} : { cancel }) }),
  };
}

describe("the HTTP client", () => {
  it.each([
    [{ bearerToken: "t0ken" }, { authorization: "Bearer t0ken" }],
    [
      { basicAuth: { username: "me", password: { reveal: () => "pass" } } },
      { authorization: `Basic ${Buffer.from("me:pass").toString("base64")}` },
    ],
    [
      {
        headers: { "x-scope-orgid": "a", cookie: { reveal: () => "c=1" } },
        secretHeaders: { "x-key": { reveal: () => "k" } },
      },
      { "x-scope-orgid": "a", cookie: "c=1", "x-key": "k" },
    ],
  ])("authenticates by header: %j", async (settings, expected) => {
    let seen: object = {};
    const server = await scriptedServer((request, response) => {
      seen = request.headers;
      response.end();
    });
    onTestFinished(() => server.close());
    expect(await clientOf(settings, server.url).ask()).toMatchObject({ ok: true });
    expect(seen).toMatchObject(expected);
  });

  it("keeps its connections, and opens no more than it may", async () => {
    const sockets = new Set<unknown>();
    const server = await scriptedServer((request, response) => {
      sockets.add(request.socket);
      setImmediate(() => response.end("x"));
    });
    onTestFinished(() => server.close());
    const client = clientOf({ connections: 2 }, server.url);
    await Promise.all(Array.from({ length: 10 }, () => client.ask()));
    await client.ask();
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it("stops when the caller cancels", async () => {
    const server = await scriptedServer(() => {});
    onTestFinished(() => server.close());
    const stop = new AbortController();
    const asked = clientOf({}, server.url).ask(stop.signal);
    stop.abort();
    expect(await asked).toMatchObject({ ok: false, error: { code: "cancelled" } });
  });

  it("says whether the framing shows that nothing is missing", async () => {
    const server = await scriptedServer(page("a 1\n"));
    onTestFinished(() => server.close());
    expect(await clientOf({}, server.url).ask()).toMatchObject({
      ok: true,
      value: { isFramed: true, body: Buffer.from("a 1\n") },
    });
  });

  it("names the file when a certificate cannot be read", () => {
    try {
      createHttpClient(schema.parse({ tls: { ca: "/nowhere/ca.pem" } }), []);
      expect.unreachable();
    } catch (error) {
      expect(isPlimsollError(error) && error.message).toContain("tls.ca: cannot read /nowhere/ca.pem (ENOENT)");
    }
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)(`TLS${hasOpenssl ? "" : " (not run: there is no openssl)"}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-tls-"));
  const file = (name: string) => join(folder, name);
  let server: Server;
  let url = "";
  beforeAll(async () => {
    const run = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    run("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test CA");
    writeFileSync(file("san"), "subjectAltName=IP:127.0.0.1\n");
    for (const name of ["server", "client"]) {
      run("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      run(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "30",
        "-extfile",
        "san",
        "-out",
        `${name}.pem`,
      );
    }
    const pem = (name: string) => readFileSync(file(name));
    server = createServer(
      {
        key: pem("server.key"),
        cert: pem("server.pem"),
        ca: pem("ca.pem"),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => response.end((request.socket as TLSSocket).authorized ? "known" : "unknown"),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a certificate that nothing vouches for", async () => {
    expect(await clientOf({}, url).ask()).toMatchObject({ ok: false, error: { code: "unreachable" } });
  });
  it("trusts the given authority, and shows a client certificate", async () => {
    const body = async (settings: z.input<typeof schema>) => {
      const answer = await clientOf(settings, url).ask();
      return answer.ok ? answer.value.body.toString() : answer.error.message;
    };
    expect(await body({ tls: { ca: file("ca.pem") } })).toBe("unknown");
    expect(await body({ tls: { ca: file("ca.pem"), cert: file("client.pem"), key: file("client.key") } })).toBe(
      "known",
    );
    expect(await body({ tls: { insecureSkipVerify: true } })).toBe("unknown");
  });
});
