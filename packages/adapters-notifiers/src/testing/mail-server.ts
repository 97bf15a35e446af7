import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import type { ProviderBehaviour } from "@plimsoll/testkit";
import { SMTPServer } from "smtp-server";
import type { SelfSignedCertificate } from "./self-signed-certificate.js";

/** A mail as the server took it: who it is for by the envelope, and what it says, decoded. */
export type ReceivedMail = {
  readonly recipients: readonly string[];
  /** Whether it came through TLS. */
  readonly secure: boolean;
  readonly raw: string;
  /** Unfolded, by lower-case name, as often as they came. */
  readonly headers: readonly (readonly [string, string])[];
  /** Content types with their decoded texts. */
  readonly parts: readonly { readonly type: string; readonly text: string }[];
};

/** How a server speaks TLS: when it is asked to, or from the first byte. */
export type MailServerTls = { readonly tls: "starttls" | "implicit"; readonly certificate: SelfSignedCertificate };

/** A real SMTP server on this machine, behind a door that can misbehave as a network does. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  readonly signedIn: string[] = [];
  #behaviour: ProviderBehaviour = { kind: "accept" };
  readonly #smtp: SMTPServer;
  readonly #door: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(tls: MailServerTls | undefined) {
    this.#smtp = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: tls === undefined,
      ...(tls === undefined
        ? { disabledCommands: ["STARTTLS"] }
        : { ...tls.certificate, secure: tls.tls === "implicit" }),
      logger: false,
      onAuth: (auth, _session, done) => {
        this.signedIn.push(`${auth.username ?? ""}:${auth.password ?? ""}`);
        done(null, { user: auth.username ?? "" });
      },
      onRcptTo: (_address, _session, done) => done(this.#refusal()),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const raw = Buffer.concat(chunks).toString("latin1");
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          this.received.push({ recipients, secure: session.secure, raw, ...decodeMail(raw) });
          done();
        });
      },
    });
    // Clients that hang up are what some cases are about.
    this.#smtp.on("error", () => undefined);
    this.#door = createServer((socket) => this.#open(socket));
  }

  /** Starts a server; without TLS unless it is told how. */
  static async start(tls?: MailServerTls): Promise<MailServer> {
    const server = new MailServer(tls);
    await new Promise<void>((resolve) => void server.#smtp.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve) => server.#door.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get port(): number {
    return (this.#door.address() as AddressInfo | null)?.port ?? 1;
  }

  /** Behaves towards later mails as the contract asks; a status becomes the reply of its class. */
  async behave(behaviour: ProviderBehaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour.kind === "refuse") await this.#shut();
  }

  async close(): Promise<void> {
    await this.#shut();
    await new Promise<void>((resolve) => this.#smtp.close(resolve));
  }

  async #shut(): Promise<void> {
    if (!this.#door.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#door.close(resolve));
  }

  #refusal(): Error | null {
    if (this.#behaviour.kind !== "status") return null;
    const { body, status } = this.#behaviour;
    const responseCode = status === 429 ? 450 : status >= 500 ? 451 : 550;
    return Object.assign(new Error(status === 429 ? `4.7.1 ${body}` : body), { responseCode });
  }

  #open(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    switch (this.#behaviour.kind) {
      case "hang":
        return;
      case "drop":
        return void socket.once("data", () => socket.destroy()).write("220 welcome\r\n");
      case "malformed":
        return void socket.end(`${this.#behaviour.body}\r\n`);
      case "accept":
      case "refuse":
      case "status": {
        const { port } = this.#smtp.server.address() as AddressInfo;
        const inner = connect(port, "127.0.0.1");
        inner.on("error", () => socket.destroy());
        socket.on("close", () => inner.destroy());
        inner.on("close", () => socket.end());
        socket.pipe(inner).pipe(socket);
      }
    }
  }
}

/** Reads the few forms of MIME that are sent here. */
function decodeMail(raw: string): Pick<ReceivedMail, "headers" | "parts"> {
  const { body, headers } = split(raw);
  const type = headerOf(headers, "content-type");
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) return { headers, parts: [{ type, text: decodeBody(headers, body) }] };
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r\n/, "")));
  return {
    headers,
    parts: parts.map((part) => ({
      type: headerOf(part.headers, "content-type"),
      text: decodeBody(part.headers, part.body),
    })),
  };
}

function split(text: string): { readonly headers: ReceivedMail["headers"]; readonly body: string } {
  const end = text.indexOf("\r\n\r\n");
  const lines = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = lines.map(
    (line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()] as const,
  );
  return { headers, body: text.slice(end + 4) };
}

function headerOf(headers: ReceivedMail["headers"], name: string): string {
  return headers.find(([key]) => key === name)?.[1] ?? "";
}

function decodeBody(headers: ReceivedMail["headers"], body: string): string {
  const encoding = headerOf(headers, "content-transfer-encoding").toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
