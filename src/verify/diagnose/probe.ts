import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { VerifyRequest } from '../request.ts';
import { createVerifier, type SyncVerifier } from '../verifier.ts';
import type { Key } from './keys.ts';
import type { Presented } from './presented.ts';

/** What is tried: whether one of the signatures fits this request under one of the keys. */
export interface Probe {
  algorithm: NonNullable<SignatureDescription['algorithm']>;
  /** As in a description. */
  payload: string;
  /** What stands for {timestamp}; null: there is none. */
  timestamp: string | null;
  request: VerifyRequest;
  keys: readonly Key[];
  signatures: readonly Presented[];
}

export interface Match {
  key: Key;
  signature: Presented;
}

const SIGNATURES = 'x-probed-signatures';
/** Short: a template with it in place of {timestamp} may not become longer than templates may be. */
const TIMESTAMP = 't';

/** How much is hashed without a break: below 10 ms on any processor of this century. */
const BYTES_A_STEP = 1_048_576;
/** What an attempt costs beside what it hashes, in bytes hashed meanwhile. A public key costs far more. */
const ATTEMPT_BYTES = 4_096;
const PUBLIC_KEY_BYTES = 65_536;

const SIZES: Record<Probe['algorithm'], (bytes: number) => boolean> = {
  sha1: (bytes) => bytes === 20,
  sha256: (bytes) => bytes === 32,
  'sha256-plain': (bytes) => bytes === 32,
  sha512: (bytes) => bytes === 64,
  ed25519: (bytes) => bytes === 64,
  'ecdsa-p256': (bytes) => bytes >= 68 && bytes <= 72,
  token: () => false,
};

/** Those that are as long as this algorithm's signatures are. */
export const signaturesOf = (algorithm: Probe['algorithm'], all: readonly Presented[]): Presented[] =>
  all.filter(({ bytes }) => SIZES[algorithm](bytes.length));

/**
 * Tries, with a break after each step, in which it tells what the step has cost. All signatures are compared with one
 * digest: where each of them stood and how it was written is known without trying.
 *
 * Only whole signatures ever match. To say of a part of one that it is right so far would give it away bit by bit.
 */
export function* probe(tried: Probe): Generator<number, Match | null, undefined> {
  const signatures = signaturesOf(tried.algorithm, tried.signatures);
  if (signatures.length === 0) return null;
  const cost = costOf(tried, signatures.length);
  const keysAStep = Math.max(1, Math.floor(BYTES_A_STEP / cost));
  for (let first = 0; first < tried.keys.length; first += keysAStep) {
    const all = keysAStep >= tried.keys.length;
    const keys = all ? tried.keys : tried.keys.slice(first, first + keysAStep);
    // Charged beforehand: whoever pays may end it here.
    yield cost * keys.length;
    const index = indexOfMatch(tried, keys, signatures);
    const key = keys[index];
    if (key === undefined) continue;
    yield cost * signatures.length;
    const signature = signatures.find((one) => indexOfMatch(tried, [key], [one]) === 0);
    return signature ? { key, signature } : null;
  }
  return null;
}

function costOf({ algorithm, request }: Probe, signatures: number): number {
  const attempt =
    algorithm === 'ed25519' || algorithm === 'ecdsa-p256' ? PUBLIC_KEY_BYTES * signatures : ATTEMPT_BYTES;
  return request.rawBody.length + attempt;
}

/** Which of the keys fits one of the signatures; -1: none. */
function indexOfMatch(tried: Probe, keys: readonly Key[], signatures: readonly Presented[]): number {
  const { request, timestamp } = tried;
  const verdict = verifierFor(tried, keys).verify({
    ...request,
    headers: {
      ...request.headers,
      [SIGNATURES]: signatures.map(({ bytes }) => bytes.toString('base64')).join(' '),
      [TIMESTAMP]: timestamp ?? undefined,
    },
  });
  return verdict.valid ? verdict.secretIndex : -1;
}

/** The same keys are tried with many bodies and URLs: making a verifier takes longer than a small body. */
const verifiers = new WeakMap<readonly Key[], Map<string, SyncVerifier>>();

function verifierFor(tried: Probe, keys: readonly Key[]): SyncVerifier {
  const made = verifiers.get(keys) ?? new Map<string, SyncVerifier>();
  verifiers.set(keys, made);
  const id = `${tried.algorithm} ${tried.payload}`;
  const verifier = made.get(id) ?? compile(tried, keys);
  made.set(id, verifier);
  return verifier;
}

function compile({ algorithm, payload }: Probe, keys: readonly Key[]): SyncVerifier {
  // The only one that has its key among what is signed, where it is text.
  const encoding = algorithm === 'sha256-plain' ? 'utf8' : 'base64';
  const own = keys[0]?.own;
  return createVerifier({
    type: 'hmac',
    description: {
      header: SIGNATURES,
      format: 'list',
      separator: ' ',
      prefix: '',
      encoding: 'base64',
      algorithm,
      // A header like any other: how old it is, and what unit it has, is another question.
      payload: payload.replace(/\{(?:timestamp|ts)\}/g, `{header:${TIMESTAMP}}`),
      ...(own ?? { secretEncoding: encoding }),
    },
    secrets: keys.map(({ secret, bytes }) => ({
      id: secret.id,
      secret: own === undefined ? bytes.toString(encoding) : secret.secret,
      expiresAt: null,
    })),
  });
}
