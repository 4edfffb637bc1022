import type { Finding } from '../../domain/diagnosis.ts';
import type { VerifySecret } from '../candidates.ts';
import type { VerifyRequest } from '../request.ts';
import { API_KEY_HEADER } from '../token.ts';
import { createVerifier } from '../verifier.ts';
import type { Key } from './keys.ts';
import { queryOf, valuesOf } from './presented.ts';

/** A place where a secret was found as it is. */
export interface Sighting {
  /** The name of a header, or `query`. */
  header: string;
  key: Key;
  /** What stands before it, such as `Bearer`, in small letters; `basic` also when it is one half of it. */
  scheme: string;
}

const MAX_HEADERS = 60;
const MAX_VALUE_CHARACTERS = 4_000;
const SCHEME = /^([A-Za-z][\w-]{0,20})[ =:]+(.+)$/s;

/** Looks for a secret as it is, in whatever header or parameter. Whole: a part of one is never told of. */
export function findSecrets(request: VerifyRequest, keys: readonly Key[]): Sighting[] {
  if (keys.length === 0) return [];
  const secrets = keys.map(
    ({ secret, bytes }): VerifySecret => ({ id: secret.id, secret: bytes.toString(), expiresAt: null }),
  );
  const verifier = createVerifier({ type: 'api_key', secrets });
  const known = (text: string): Key | undefined => {
    // As the bytes that would be on the wire, which is how headers come here.
    const verdict = verifier.verify({ ...request, headers: { [API_KEY_HEADER]: text } });
    return verdict.valid ? keys[verdict.secretIndex] : undefined;
  };
  const found: Sighting[] = [];
  for (const [header, value] of placesOf(request)) {
    for (const { scheme, text } of readings(value)) {
      const key = known(text);
      if (key === undefined) continue;
      found.push({ header, key, scheme });
      break;
    }
  }
  return found;
}

function placesOf({ headers, url }: VerifyRequest): [string, string][] {
  const inHeaders = Object.keys(headers)
    .slice(0, MAX_HEADERS)
    .flatMap((name) => valuesOf(headers[name]).map((value): [string, string] => [name, value]));
  return [...inHeaders, ...queryOf(url).map(([, value]): [string, string] => ['query', value])];
}

/** In what ways a value can be read: all of it, or what follows the name of a scheme. */
function readings(value: string): { scheme: string; text: string }[] {
  const text = value.slice(0, MAX_VALUE_CHARACTERS);
  const [, scheme = '', rest = ''] = SCHEME.exec(text) ?? [];
  const name = scheme.toLowerCase();
  const all = [{ scheme: '', text }];
  if (rest !== '') all.push({ scheme: name, text: rest });
  // Twice: a tool that writes Bearer by itself was given one that had it.
  const again = SCHEME.exec(rest)?.[2];
  if (again !== undefined) all.push({ scheme: `${name} ${name}`, text: again });
  if (name === 'basic') {
    const pair = Buffer.from(rest, 'base64').toString('latin1');
    const colon = pair.indexOf(':');
    for (const part of [pair, pair.slice(0, colon), pair.slice(colon + 1)])
      all.push({ scheme: name, text: part });
  }
  return all;
}

/** What tokens are expected as: in a header, after the name of a scheme or not. */
export interface TokenPlace {
  header: string;
  /** What has to stand before it, in small letters: `bearer`. Empty: nothing. */
  scheme: string;
}

/** In what a token that was found differs from one that is accepted. */
export function tokenFinding({ header, key, scheme }: Sighting, expected: TokenPlace): Finding | null {
  const found = { proven: true, secretId: key.secret.id, header };
  const wanted = expected.scheme === 'bearer' ? `${expected.header}: Bearer <token>` : expected.header;
  if (header !== expected.header) {
    const where = header === 'query' ? 'the query string' : header;
    const detail = `The secret is in ${where}, and expected as ${wanted}.`;
    return { ...found, code: 'credential_elsewhere', detail };
  }
  if (scheme === expected.scheme) return null;
  return expected.scheme === 'bearer' && scheme === ''
    ? { ...found, code: 'missing_prefix', detail: 'Before the token Bearer has to stand, and nothing does.' }
    : {
        ...found,
        code: 'extra_prefix',
        detail: `Before the secret stands something else: expected is ${wanted}.`,
      };
}
