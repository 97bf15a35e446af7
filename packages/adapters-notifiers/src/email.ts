import { createHash } from "node:crypto";
import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import { z } from "zod";
import { emailHtml, emailSubject, emailText } from "./email-text.js";
import { cleanText } from "./notification-text.js";
import { doubtfulOutcome, refusedOutcome } from "./post-json.js";
import { readSettings, timeoutMsSetting } from "./read-settings.js";
import { guardedText, reveal, secretText } from "./secret-text.js";

/**
 * One address and nothing else: no name, no list, no comment, no quotes, no line end. Narrower than RFC 5321, as what
 * it leaves out is in use nowhere but in attacks.
 */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?=.{1,190}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))*$/;
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252})$/;

const addressSetting = (description: string) =>
  z
    .string()
    .max(254)
    .regex(ADDRESS, "It is not an e-mail address.")
    .meta({ description, expected: "an address such as `oncall@example.org`, without a name" });

/** What a contact's address may be. */
export const emailAddressSchema = addressSetting("One e-mail address.");

/** Settings of the e-mail notifier. */
export const emailSettingsSchema = z
  .strictObject({
    host: z.string().regex(HOST, "It is not the name of a host.").meta({ description: "Mail server to send through." }),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .meta({ description: "Its port; 587, or 465 with `tls: implicit`." })
      .optional(),
    tls: z
      .enum(["starttls", "implicit", "none"])
      .meta({ description: "`starttls` and `implicit` check the server's certificate; `none` is for this machine." })
      .default("starttls"),
    username: guardedText("Name to sign in with; absent for a server that asks for none.", "a name").optional(),
    password: secretText("Password to sign in with.").optional(),
    from: addressSetting("Address that messages come from."),
    to: addressSetting("Where messages go that name no contact."),
    timeoutMs: timeoutMsSetting,
  })
  .refine(({ password, username }) => (password === undefined) === (username === undefined), {
    message: "`username` and `password` belong together.",
    path: ["password"],
  })
  .meta({ description: "Sends e-mail through an SMTP server." });

/** What may be given in code. */
export type EmailNotifierSettings = z.input<typeof emailSettingsSchema>;

/**
 * Sends e-mail, as text and as HTML that says the same. Messages of one thread are shown together by their references; the
 * Message-ID follows from the idempotency key and the address, so that a message that comes twice is known for one.
 * Nothing in a message can add a header, an addressee or markup.
 */
export function createEmailNotifier(settings: EmailNotifierSettings): Notifier {
  const read = readSettings("email", emailSettingsSchema, settings);
  const { from, timeoutMs, to } = read;
  return {
    async send(notification): Promise<NotificationOutcome> {
      const address = notification.address ?? to;
      if (!ADDRESS.test(address) || address.length > 254)
        return refusedOutcome("E-mail: the contact's address is not one e-mail address");
      const mail = mailOf(notification, { from, to: address });
      const transport = await transportOf(read);
      let timer: NodeJS.Timeout | undefined;
      try {
        // Each of the transport's own limits holds for one step; this one for all of them.
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(Object.assign(new Error("late"), { code: "ETIMEDOUT" })), timeoutMs);
        });
        await Promise.race([transport.sendMail(mail), late]);
        return { kind: "sent", messageId: mail.messageId };
      } catch (thrown) {
        return smtpOutcome(thrown, timeoutMs);
      } finally {
        clearTimeout(timer);
        transport.close();
      }
    },
  };
}

async function transportOf({ host, password, port, timeoutMs, tls, username }: z.output<typeof emailSettingsSchema>) {
  // It is large, and whoever only reads the settings needs none of it.
  const { createTransport } = await import("nodemailer");
  return createTransport({
    host,
    port: port ?? (tls === "implicit" ? 465 : 587),
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(username === undefined || password === undefined
      ? {}
      : { auth: { user: reveal(username), pass: reveal(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
}

function mailOf(notification: Notification, { from, to }: { readonly from: string; readonly to: string }) {
  const { idempotencyKey, threadKey, urgency } = notification;
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const id = (kind: string, key: string): string =>
    `<${kind}.${createHash("sha256").update(key).digest("hex").slice(0, 40)}@${domain}>`;
  const root = id("thread", `${threadKey}\n${to}`);
  return {
    from: { name: "Plimsoll", address: from },
    to: { name: "", address: to },
    subject: emailSubject(notification),
    text: emailText(notification),
    html: emailHtml(notification),
    messageId: id("message", `${idempotencyKey}\n${to}`),
    // Nobody has the root of a thread; mail programs show together what refers to it all the same (RFC 5256, section 3).
    inReplyTo: root,
    references: [root],
    ...(urgency === "page" ? { priority: "high" as const } : {}),
    headers: {
      // So that no holiday notice comes back. Source: RFC 3834, section 5.
      "auto-submitted": "auto-generated",
      "x-plimsoll-key": encodeURIComponent(cleanText(idempotencyKey)).slice(0, 300),
      "x-plimsoll-urgency": urgency,
    },
  };
}

const UNTRUSTED = "its certificate is of no authority that is trusted here";

/** Why a certificate was refused, by the codes of OpenSSL and Node. */
const CERTIFICATE_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", UNTRUSTED],
  ["SELF_SIGNED_CERT_IN_CHAIN", UNTRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT", UNTRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", UNTRUSTED],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", UNTRUSTED],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name than `host`"],
]);

/** What an SMTP failure means. Only codes are repeated: servers quote what they were sent. */
function smtpOutcome(thrown: unknown, timeoutMs: number): NotificationOutcome {
  const { code, command, originalCode, response, responseCode } = thrown as {
    readonly code?: unknown;
    readonly command?: unknown;
    /** The system's own, where the transport put another in its place. */
    readonly originalCode?: unknown;
    readonly response?: unknown;
    readonly responseCode?: unknown;
  };
  if (typeof responseCode === "number" && responseCode >= 400 && responseCode < 600) {
    const what = command === "STARTTLS" ? " to STARTTLS, so nothing was sent in the clear" : "";
    const reason = `The mail server answered ${responseCode}${what}`;
    if (responseCode >= 500) return refusedOutcome(reason);
    // Too much at once has no reply of its own, only an enhanced code of policy. Source: RFC 3463, section 3.8.
    const limited = typeof response === "string" && /^4\d\d[ -]4\.7\.\d/.test(response);
    return { kind: "failed", retryable: true, failure: limited ? "rate-limited" : "unavailable", reason };
  }
  const named = typeof code === "string" && /^E[A-Z0-9_]{2,40}$/.test(code) ? code : "unknown error";
  if (named === "ETIMEDOUT") {
    const reason = `The mail server: no answer within ${timeoutMs} ms`;
    return { kind: "failed", retryable: true, failure: "unreachable", reason };
  }
  // The transport takes whatever is no 2yz for a refusal; only a reply of class 4 or 5 is one.
  if (typeof response === "string" && (named === "EENVELOPE" || named === "EMESSAGE"))
    return doubtfulOutcome("The mail server answered something that is no reply of SMTP");
  if (named === "EENVELOPE" || named === "EMESSAGE" || named === "ECONFIG" || named === "ENOAUTH")
    return refusedOutcome(`The mail server took no message (${named})`);
  const cause = typeof originalCode === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(originalCode) ? originalCode : named;
  const why = CERTIFICATE_PROBLEMS.get(cause) ?? "not reachable";
  return { kind: "failed", retryable: true, failure: "unreachable", reason: `The mail server: ${why} (${cause})` };
}
