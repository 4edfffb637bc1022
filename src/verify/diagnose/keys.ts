import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { VerifySecret } from '../candidates.ts';
import { decodeStrict } from '../encoding.ts';
import { isPublicKey } from './context.ts';

/** A secret in one of the forms in which a sender may use it. */
export interface Key {
  secret: VerifySecret;
  bytes: Buffer;
  /** How the sender uses it; null: as configured. */
  form: string | null;
  /** Of a public key: how it is written. It is used as it is. */
  own?: Pick<SignatureDescription, 'secretEncoding' | 'secretPrefix'>;
}

type Encoding = NonNullable<SignatureDescription['secretEncoding']>;

/** What is shorter can be guessed, and then a finding would say that the guess is right. */
const MIN_KEY_BYTES = 8;
const PREFIX = /^(?:whsec_|whpk_)/;
const QUOTES = /^(["'])(.*)\1$/s;

/** The secrets as configured: those that cannot be read so have no such key. */
export function plainKeys(description: SignatureDescription, secrets: readonly VerifySecret[]): Key[] {
  const { secretEncoding, secretPrefix = '' } = description;
  if (isPublicKey(description)) {
    const own = { ...(secretEncoding && { secretEncoding }), ...(secretPrefix !== '' && { secretPrefix }) };
    return secrets.map((secret) => ({ secret, bytes: Buffer.from(secret.secret), form: null, own }));
  }
  return keysOf(secrets, ({ secret }) => [
    [null, withoutStart(secret, secretPrefix), secretEncoding ?? 'utf8'],
  ]);
}

/** The secrets in every other form. */
export function otherKeys(description: SignatureDescription, secrets: readonly VerifySecret[]): Key[] {
  if (isPublicKey(description)) return [];
  const plain = new Set(plainKeys(description, secrets).map(({ bytes }) => bytes.toString('hex')));
  return keysOf(secrets, ({ secret }) => formsOf(secret, description)).filter(
    ({ bytes }) => !plain.has(bytes.toString('hex')),
  );
}

type Form = [name: string | null, text: string, encoding: Encoding];

function formsOf(secret: string, { secretEncoding: own = 'utf8' }: SignatureDescription): Form[] {
  const bare = secret.replace(PREFIX, '');
  const trimmed = secret.trim();
  const quoted = QUOTES.exec(trimmed)?.[2];
  return [
    ['as the text that it is, not decoded', secret, 'utf8'],
    ['without the beginning whsec_', bare, own],
    ['as the text after whsec_, not decoded', bare, 'utf8'],
    ['decoded from hex', bare, 'hex'],
    ['decoded from base64', bare, 'base64'],
    ['decoded from base64url', bare, 'base64url'],
    ['with whsec_ before it', `whsec_${secret}`, 'utf8'],
    ['without the white space around it', trimmed, own],
    ['with a line feed after it', `${secret}\n`, 'utf8'],
    ['without the quotes around it', quoted ?? secret, own],
    ['with quotes around it', `"${secret}"`, 'utf8'],
  ];
}

function keysOf(secrets: readonly VerifySecret[], forms: (secret: VerifySecret) => Form[]): Key[] {
  const known = new Set<string>();
  const keys: Key[] = [];
  for (const secret of secrets) {
    for (const [form, text, encoding] of forms(secret)) {
      const bytes = encoding === 'utf8' ? Buffer.from(text) : decodeStrict(text, encoding);
      if (bytes === null || bytes.length < MIN_KEY_BYTES) continue;
      const id = bytes.toString('hex');
      if (known.has(id)) continue;
      known.add(id);
      keys.push({ secret, bytes, form });
    }
  }
  return keys;
}

const withoutStart = (text: string, start: string): string =>
  text.startsWith(start) ? text.slice(start.length) : text;
