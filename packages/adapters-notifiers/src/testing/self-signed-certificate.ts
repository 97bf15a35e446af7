import { generateKeyPairSync, sign } from "node:crypto";

/** A key and the certificate that it signed for itself, as PEM. */
export type SelfSignedCertificate = { readonly key: string; readonly cert: string };

// Numbers of ASN.1's types, and of the parts of a certificate. Source: RFC 5280, section 4.1; X.690.
const [INTEGER, BIT_STRING, OCTET_STRING, OBJECT_ID, UTF8_STRING] = [0x02, 0x03, 0x04, 0x06, 0x0c] as const;
const [GENERALIZED_TIME, SEQUENCE, SET] = [0x18, 0x30, 0x31] as const;
const [VERSION, EXTENSIONS, ADDRESS_NAME] = [0xa0, 0xa3, 0x87] as const;
const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]);
const ALTERNATIVE_NAMES = Buffer.from([0x55, 0x1d, 0x11]);
const ECDSA_WITH_SHA256 = Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);

/**
 * Makes a certificate for an address of IPv4 that nobody but itself vouches for. Made anew for each test: none that is kept
 * could expire, and no key lies about. Node makes keys and signatures, but no certificates.
 */
export function makeSelfSignedCertificate(
  address: string,
  validity: { readonly fromMs: number; readonly toMs: number },
): SelfSignedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const commonName = der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, Buffer.from("a test of Plimsoll")));
  const name = der(SEQUENCE, der(SET, commonName));
  const names = der(SEQUENCE, der(ADDRESS_NAME, Buffer.from(address.split(".").map(Number))));
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    algorithm,
    name,
    der(SEQUENCE, time(validity.fromMs), time(validity.toMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, der(OBJECT_ID, ALTERNATIVE_NAMES), der(OCTET_STRING, names)))),
  );
  // A string of bits begins with how many bits of its last byte are unused.
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", toBeSigned, privateKey)]);
  const certificate = der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length];
  return Buffer.concat([Buffer.from(head), content]);
}

function time(atMs: number): Buffer {
  return der(GENERALIZED_TIME, Buffer.from(`${new Date(atMs).toISOString().replace(/[-:T]|\.\d+Z/g, "")}Z`));
}
