import { createServer, type AddressInfo, type Server } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { emailHtml, emailSubject, emailText } from "./email-text.js";
import { createEmailNotifier, emailSettingsSchema } from "./email.js";
import { MailServer } from "./testing/mail-server.js";
import { PAGE } from "./testing/notification-sample.js";
import { makeSelfSignedCertificate, type SelfSignedCertificate } from "./testing/self-signed-certificate.js";

let server: MailServer | undefined;
afterEach(() => server?.close());

const BASE = { host: "127.0.0.1", tls: "none", from: "plimsoll@example.org", to: "oncall@example.org" } as const;
async function mailer() {
  server = await MailServer.start();
  return createEmailNotifier({ ...BASE, port: server.port, username: "u", password: { reveal: () => "p4ss" } });
}
const header = (name: string, index = 0) =>
  server?.received[index]?.headers.filter(([key]) => key === name).map(([, value]) => value);

describe("an e-mail", () => {
  it("goes to the contact, signed in, as text and as HTML that say the same", async () => {
    const notifier = await mailer();
    expect(await notifier.send({ ...PAGE, address: "ana@example.net" })).toMatchObject({ kind: "sent" });
    const [mail] = server?.received ?? [];
    expect([mail?.recipients, server?.signedIn]).toEqual([["ana@example.net"], ["u:p4ss"]]);
    expect(header("subject")).toEqual(["[PAGE] payments-availability pages"]);
    expect(header("auto-submitted")).toEqual(["auto-generated"]);
    expect(mail?.parts.map(({ type }) => type.split(";")[0])).toEqual(["text/plain", "text/html"]);
    for (const { text } of mail?.parts ?? [])
      for (const part of [PAGE.text, "budget left", "41 %"]) expect(text).toContain(part);
  });

  it("is one message however often it comes, and in one thread with the others of its incident", async () => {
    const notifier = await mailer();
    const sent = await notifier.send(PAGE);
    await notifier.send(PAGE);
    await notifier.send({ ...PAGE, idempotencyKey: "alert-1/resolved", status: "resolved" });
    await notifier.send({ ...PAGE, address: "bob@example.org" });
    expect(header("message-id")).toEqual(header("message-id", 1));
    expect(header("message-id")).not.toEqual(header("message-id", 2));
    expect(header("message-id")).not.toEqual(header("message-id", 3));
    expect(header("references")).toEqual(header("references", 2));
    expect(header("in-reply-to")).toEqual(header("references"));
    expect(header("message-id")?.[0]).toMatch(/^<message\.[0-9a-f]{40}@example\.org>$/);
    expect(sent).toEqual({ kind: "sent", messageId: header("message-id")?.[0] });
    expect(header("subject", 2)).toEqual(["[RESOLVED] payments-availability pages"]);
  });

  it("goes to nobody by what is not one plain address", async () => {
    const notifier = await mailer();
    const wrong = [
      "",
      "ana",
      "ana@example.org, eve@evil.example",
      "ana@example.org\r\nBcc: eve@evil.example",
      "Ana <ana@example.org>",
      '"ana eve"@example.org',
      "ana@example.org>\r\nRCPT TO:<eve@evil.example",
      "ana@[127.0.0.1]",
      "a..b@example.org",
      "ana@example..org",
      `${"a".repeat(250)}@example.org`,
    ];
    for (const address of wrong)
      expect(await notifier.send({ ...PAGE, address }), address).toEqual({
        kind: "failed",
        retryable: false,
        failure: "refused",
        reason: "E-mail: the contact's address is not one e-mail address",
      });
    expect(server?.received).toEqual([]);
  });

  it("gains no header and no addressee by anything that a message says", async () => {
    const notifier = await mailer();
    const evil = "x\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>\r\n.\r\nMAIL FROM:<eve@evil.example>";
    const fields = [{ name: evil, value: evil }];
    await notifier.send({
      ...PAGE,
      title: evil,
      text: evil,
      fields,
      idempotencyKey: evil,
      threadKey: evil,
      url: evil,
      service: evil,
    });
    await notifier.send(PAGE);
    const names = (index: number) =>
      server?.received[index]?.headers.map(([name]) => name).filter((name) => name !== "content-transfer-encoding");
    expect(server?.received).toHaveLength(2);
    expect(names(0)).toEqual(names(1));
    expect(names(0)).not.toContain("bcc");
    expect(server?.received[0]?.recipients).toEqual(["oncall@example.org"]);
    expect(server?.received[0]?.parts[1]?.text).not.toContain("<script");
  });

  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.constant(`<img src=x onerror="a">'&\r\n`.repeat(900)),
  );
  test.prop({ title: anyText, text: anyText, name: anyText, url: anyText })(
    "has no markup of anybody else's, and a subject of one line",
    ({ name, text, title, url }) => {
      const message = { ...PAGE, title, text, url, fields: [{ name, value: name }] };
      const ours =
        /<\/?(?:!doctype html|html|body style="font-family:sans-serif"|body|h2 style="color:#b3261e"|h2|p style="[a-z:#0-9-]+"|p|table|tr|th align="left" style="padding:2px 12px 2px 0"|th|td|a href="[^"<>]*"|a)>/g;
      expect(emailHtml(message).replace(ours, "")).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;|middot;)/);
      expect(emailSubject(message)).toMatch(/^\[PAGE\] .{1,201}$/u);
      expect(emailText(message)).not.toContain("\r");
    },
  );

  it("links to web pages only, and lists what may be done", () => {
    const actions = [{ kind: "resolve", token: "tok", url: 'https://a.example/?x="><b>&t=1' } as const];
    const html = emailHtml({ ...PAGE, url: "javascript:alert(1)", actions });
    expect(html).toContain('<a href="https://a.example/?x=%22%3E%3Cb%3E&amp;t=1">Resolve</a>');
    expect(html).not.toContain("javascript");
  });

  it("says how many fields it left out", () => {
    const fields = Array.from({ length: 103 }, (_, index) => ({ name: `f${index}`, value: "x" }));
    expect(emailText({ ...PAGE, fields })).toContain("and 3 more");
    expect(emailHtml({ ...PAGE, fields })).toContain("<p>and 3 more</p>");
  });
});

const DAY_MS = 24 * 3_600_000;
const soon = () => ({ fromMs: Date.now() - DAY_MS, toMs: Date.now() + DAY_MS });

/** Sends through a server that speaks TLS with a certificate, which is trusted for as long as that takes. */
async function outcomeThrough(
  tls: "starttls" | "implicit",
  certificate: SelfSignedCertificate,
  { trusted }: { readonly trusted: boolean },
) {
  server = await MailServer.start({ tls, certificate });
  const usual = getCACertificates("default");
  // As NODE_EXTRA_CA_CERTS does it for a process: the notifier trusts what the system does.
  if (trusted) setDefaultCACertificates([...usual, certificate.cert]);
  try {
    const { from, host, to } = BASE;
    // STARTTLS is what happens where nothing is said.
    const mode = tls === "implicit" ? { tls } : {};
    const settings = { host, from, to, port: server.port, username: "u", password: "p4ss", ...mode };
    return await createEmailNotifier(settings).send(PAGE);
  } finally {
    setDefaultCACertificates(usual);
  }
}

describe.each(["starttls", "implicit"] as const)("a mail server with TLS, %s", (tls) => {
  const nothing = () => expect([server?.received, server?.signedIn]).toEqual([[], []]);
  const failed = (reason: string) => ({ kind: "failed", retryable: true, failure: "unreachable", reason });

  it("gets the sign-in and the message through TLS alone", async () => {
    const certificate = makeSelfSignedCertificate("127.0.0.1", soon());
    expect(await outcomeThrough(tls, certificate, { trusted: true })).toMatchObject({ kind: "sent" });
    expect(server?.signedIn).toEqual(["u:p4ss"]);
    expect(server?.received.map(({ recipients, secure }) => [recipients, secure])).toEqual([
      [["oncall@example.org"], true],
    ]);
    expect(header("subject")).toEqual(["[PAGE] payments-availability pages"]);
  });

  it("is sent nothing where nobody vouches for its certificate, and the reason says so", async () => {
    const certificate = makeSelfSignedCertificate("127.0.0.1", soon());
    expect(await outcomeThrough(tls, certificate, { trusted: false })).toEqual(
      failed("The mail server: its certificate is of no authority that is trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)"),
    );
    nothing();
  });

  it("is sent nothing where its certificate is another's", async () => {
    const certificate = makeSelfSignedCertificate("127.0.0.2", soon());
    expect(await outcomeThrough(tls, certificate, { trusted: true })).toEqual(
      failed("The mail server: its certificate is for another name than `host` (ERR_TLS_CERT_ALTNAME_INVALID)"),
    );
    nothing();
  });

  it.each([
    ["has expired", "CERT_HAS_EXPIRED", -2, -1],
    ["is not valid yet", "CERT_NOT_YET_VALID", 1, 2],
  ] as const)("is sent nothing where its certificate %s", async (words, code, fromDays, toDays) => {
    const validity = { fromMs: Date.now() + fromDays * DAY_MS, toMs: Date.now() + toDays * DAY_MS };
    const certificate = makeSelfSignedCertificate("127.0.0.1", validity);
    expect(await outcomeThrough(tls, certificate, { trusted: true })).toEqual(
      failed(`The mail server: its certificate ${words} (${code})`),
    );
    nothing();
  });
});

describe("a mail server that answers what is no reply of SMTP", () => {
  let nonsense: Server | undefined;
  afterEach(
    () => new Promise<void>((resolve) => (nonsense === undefined ? resolve() : void nonsense.close(() => resolve()))),
  );

  /** Speaks SMTP until one step, and then something else. */
  async function outcomeWhen(step: "MAIL" | "RCPT" | "DATA" | "message", words: string) {
    let inMessage = false;
    nonsense = createServer((socket) => {
      const answer = (at: string, reply: string) => void socket.write(`${at === step ? words : reply}\r\n`);
      socket.on("error", () => undefined);
      socket.write("220 welcome\r\n");
      socket.on("data", (data) => {
        const text = data.toString("latin1");
        if (inMessage) return text.endsWith("\r\n.\r\n") ? answer("message", "250 taken") : undefined;
        const verb = text.slice(0, 4).toUpperCase();
        inMessage = verb === "DATA" && step !== "DATA";
        answer(verb, verb === "DATA" ? "354 go on" : "250 right");
      });
    });
    await new Promise<void>((resolve) => void nonsense?.listen(0, "127.0.0.1", resolve));
    const { port } = nonsense.address() as AddressInfo;
    return createEmailNotifier({ ...BASE, port }).send(PAGE);
  }

  const steps = (["MAIL", "RCPT", "DATA", "message"] as const).flatMap((step) =>
    ["<html>sign in</html>", "199 odd", "600 odd"].map((words) => [step, words] as const),
  );
  it.each(steps)("to %s is sent the message again: %s", async (step, words) => {
    expect(await outcomeWhen(step, words)).toEqual({
      kind: "failed",
      retryable: true,
      failure: "doubtful",
      reason: "The mail server answered something that is no reply of SMTP",
    });
  });

  it("is heard where it refuses by a reply of its own", async () => {
    expect(await outcomeWhen("message", "554 no")).toMatchObject({ retryable: false, failure: "refused" });
  });
});

describe("a mail server", () => {
  it("is not spoken to in the clear unless that is asked for", async () => {
    server = await MailServer.start();
    const notifier = createEmailNotifier({
      ...BASE,
      tls: "starttls",
      port: server.port,
      username: "u",
      password: "p4ss",
    });
    expect(await notifier.send(PAGE)).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "The mail server answered 500 to STARTTLS, so nothing was sent in the clear",
    });
    expect([server.received, server.signedIn]).toEqual([[], []]);
  });

  it("has its code repeated, and none of its words", async () => {
    const notifier = await mailer();
    await server?.behave({ kind: "status", status: 400, body: "mailbox of p4ss unknown" });
    expect(await notifier.send(PAGE)).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "The mail server answered 550",
    });
    await server?.behave({ kind: "status", status: 429, body: "slow down" });
    expect(await notifier.send(PAGE)).toEqual({
      kind: "failed",
      retryable: true,
      failure: "rate-limited",
      reason: "The mail server answered 450",
    });
  });
});

it.each([
  { to: "ana" },
  { from: "a@b\r\nBcc: c@d" },
  { host: "mail.example.org -x" },
  { username: "u" },
  { password: "p" },
])("takes no settings with %j", (wrong) => {
  expect(emailSettingsSchema.safeParse({ ...BASE, ...wrong }).success).toBe(false);
  expect(emailSettingsSchema.safeParse(BASE).success).toBe(true);
});
