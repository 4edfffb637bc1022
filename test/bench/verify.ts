import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify as verifySignature,
} from 'node:crypto';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import { createVerifier } from '../../src/verify/verifier.ts';

const SIZES = [1_024, 1_048_576];
const ROUNDS = 61;
const ROUND_US = 15_000;
const SECRET = '0123456789abcdef'.repeat(4);
const NOW_MS = 1_700_000_000_000;

/** One algorithm: how it is called without us, and the verifier that does the same and all that belongs to it. */
interface Contender {
  name: string;
  bare: (body: Buffer) => unknown;
  description: SignatureDescription;
  key: string;
  signature: (body: Buffer) => string;
}

const secretKey = createSecretKey(Buffer.from(SECRET));

const hmac = (algorithm: 'sha1' | 'sha256' | 'sha512'): Contender => {
  const digest = (body: Buffer) => createHmac(algorithm, secretKey).update(body).digest();
  return {
    name: `HMAC-${algorithm.toUpperCase()}`,
    bare: digest,
    description: { algorithm },
    key: SECRET,
    signature: (body) => digest(body).toString('hex'),
  };
};

const plain: Contender = {
  name: 'SHA-256, no HMAC',
  bare: (body) => createHash('sha256').update(SECRET).update(body).digest(),
  description: { algorithm: 'sha256-plain', payload: '{secret}{body}' },
  key: SECRET,
  signature: (body) => createHash('sha256').update(SECRET).update(body).digest('hex'),
};

function publicKey(
  algorithm: 'ed25519' | 'ecdsa-p256',
  pair: { publicKey: KeyObject; privateKey: KeyObject },
): Contender {
  const digest = algorithm === 'ed25519' ? null : 'sha256';
  const der = pair.publicKey.export({ format: 'der', type: 'spki' });
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  // Only the last body is verified: its signature is made once.
  let last: { body: Buffer; signature: Buffer } | null = null;
  const signatureOf = (body: Buffer): Buffer => {
    if (last?.body !== body) last = { body, signature: sign(digest, body, pair.privateKey) };
    return last.signature;
  };
  return {
    name: algorithm === 'ed25519' ? 'Ed25519' : 'ECDSA P-256',
    bare: (body) => verifySignature(digest, body, key, signatureOf(body)),
    description: { algorithm },
    key: der.toString('base64'),
    signature: (body) => signatureOf(body).toString('hex'),
  };
}

const token: Contender = {
  name: 'token',
  bare: () => createHash('sha256').update(SECRET, 'latin1').digest(),
  description: { algorithm: 'token' },
  key: SECRET,
  signature: () => SECRET,
};

/** How long a verification takes beside the call of `crypto` that it cannot do without. */
export function benchVerify(): void {
  const contenders = [
    hmac('sha256'),
    hmac('sha1'),
    hmac('sha512'),
    plain,
    publicKey('ed25519', generateKeyPairSync('ed25519')),
    publicKey('ecdsa-p256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    token,
  ];
  console.table(SIZES.flatMap((size) => contenders.map((contender) => compare(contender, size))));
  console.table([
    mismatches(hmac('sha256'), 64),
    mismatches(hmac('sha512'), 128),
    mismatches(token, SECRET.length),
  ]);
}

function compare(contender: Contender, size: number): Record<string, string | number> {
  const body = Buffer.alloc(size, '{"hello":"world"}');
  const verifies = verificationOf(contender, body, contender.signature(body));
  if (!verifies()) throw new Error(`${contender.name} does not verify`);
  const [bare, whole] = medians([() => contender.bare(body), verifies]);
  if (bare === undefined || whole === undefined) throw new Error('unreachable');
  return {
    algorithm: contender.name,
    body: size === 1_024 ? '1 KB' : '1 MB',
    'bare µs': round(bare),
    'verify µs': round(whole),
    ratio: round(whole / bare),
  };
}

/** Where the signature differs must not show: the time of a guess that is right but for its end. */
function mismatches(contender: Contender, length: number): Record<string, string | number> {
  const body = Buffer.alloc(1_024, 'a');
  const right = contender.signature(body);
  const differing = (at: number) => {
    const other = right[at] === '0' ? '1' : '0';
    return verificationOf(contender, body, right.slice(0, at) + other + right.slice(at + 1));
  };
  const [first, last] = medians([differing(0), differing(length - 1)]);
  if (first === undefined || last === undefined) throw new Error('unreachable');
  return {
    algorithm: contender.name,
    'first differs, µs': round(first),
    'last differs, µs': round(last),
    ratio: round(last / first),
  };
}

function verificationOf({ description, key }: Contender, rawBody: Buffer, signature: string): () => boolean {
  const { verify } = createVerifier({
    type: 'hmac',
    description,
    secrets: [{ id: '1', secret: key, expiresAt: null }],
  });
  const headers = { 'content-type': 'application/json', 'x-webhook-signature': signature };
  return () => verify({ method: 'POST', url: 'https://example.com/', headers, rawBody, nowMs: NOW_MS }).valid;
}

/**
 * Microseconds of the processor for a call of each: the median over rounds in which they take turns, so that both see
 * the same machine, and whatever else runs on it does not count.
 */
function medians(calls: (() => unknown)[]): number[] {
  const perRound = calls.map((call) => Math.max(3, Math.round(ROUND_US / timed(call, 20))));
  const times = calls.map((): number[] => []);
  // The first rounds are for the compiler.
  for (let round = -5; round < ROUNDS; round += 1) {
    calls.forEach((call, i) => {
      const time = timed(call, perRound[i] ?? 1);
      if (round >= 0) times[i]?.push(time);
    });
  }
  return times.map((all) => all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN);
}

/** For one of so many calls. */
function timed(call: () => unknown, times: number): number {
  const from = process.cpuUsage();
  for (let i = 0; i < times; i += 1) call();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / times;
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
