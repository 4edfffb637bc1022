import { type BinaryToTextEncoding, createHmac, randomBytes } from 'node:crypto';

/** A request as its sender puts it on the wire. Header names are spelled as that sender spells them. */
export interface SignedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface SignInput {
  /** The public URL as it was entered on the sender's page. */
  url: string;
  /** What the sender signs with: of a key pair its private half. */
  secret: string;
  nowMs: number;
  /** Instead of the example body. */
  body?: Buffer;
}

/** What stands behind a signer of ours. `sdk`: it makes the signature, or judges the one that we made. */
export type Evidence = 'sdk' | 'published_vector' | 'documentation';

export interface Sender {
  evidence: Evidence;
  /** How old, and how far ahead, its timestamp may be; null: it has none that is signed and checked. */
  toleranceSeconds: number | null;
  /** `signing` is the sender's, `verifying` is what is pasted into the webhook's settings; mostly the same. */
  makeKeys(): { signing: string; verifying: string };
  sign(input: SignInput): Promise<SignedRequest>;
  /** Of the example body. */
  eventId?: string;
  eventType?: string;
  /** Where the signature is: the name of a header, or the path to a field of a JSON body. */
  signature: string | readonly (string | number)[];
  /** The headers that it does not do without, each with the reason when it is missing. */
  required: Record<string, string>;
  /** A change of the body that nobody may make unseen: this text becomes that one. Null: the body is not covered. */
  forgery: readonly [string, string] | null;
  /** Whether every single byte of the body is covered. */
  coversWholeBody: boolean;
}

/** Most senders: one signature in one header, over all of the body. */
export const USUAL = { toleranceSeconds: null, coversWholeBody: true } as const;

/** A secret that both sides know. */
export const shared = (make: () => string) => () => {
  const secret = make();
  return { signing: secret, verifying: secret };
};

export const hexSecret = (bytes: number, prefix = '') =>
  shared(() => prefix + randomBytes(bytes).toString('hex'));

export const base64Secret = (bytes: number, prefix = '') =>
  shared(() => prefix + randomBytes(bytes).toString('base64'));

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const seconds = (nowMs: number): string => String(Math.floor(nowMs / 1000));

interface Mac {
  algorithm?: 'sha1' | 'sha256';
  key: string | Buffer;
  encoding: BinaryToTextEncoding;
}

/** The second implementation of what most senders do, straight from their documentation. */
export function mac({ algorithm = 'sha256', key, encoding }: Mac, ...parts: (string | Buffer)[]): string {
  const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return createHmac(algorithm, key).update(bytes).digest(encoding);
}

export const hex = (key: string, ...parts: (string | Buffer)[]) => mac({ key, encoding: 'hex' }, ...parts);

export const base64 = (key: string, ...parts: (string | Buffer)[]) =>
  mac({ key, encoding: 'base64' }, ...parts);
