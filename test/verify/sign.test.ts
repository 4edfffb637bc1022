import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import { checkDescription, checkSecret } from '../../src/verify/check-description.ts';
import { type SigningAuth, signRequest } from '../../src/verify/sign.ts';
import { createVerifier, type Verdict, type VerifyRequest } from '../../src/verify/verifier.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import { description, keyBytes, secretText } from './descriptions.ts';
import { accepted, NOW, request, secret } from './requests.ts';

/** The request as it arrives: with the headers that sign it. */
function send(auth: SigningAuth, overrides: Partial<VerifyRequest> = {}): VerifyRequest {
  const plain = request(overrides);
  const signed = signRequest({ ...plain, auth });
  if (!signed.signed) throw new Error(signed.reason);
  return { ...plain, headers: { ...plain.headers, ...signed.headers } };
}

const verifierOf = (auth: Exclude<SigningAuth, { type: 'none' | 'provider' }>) =>
  createVerifier({ ...auth, secrets: [secret(auth.secret)] });

t.test('makes what a sender would send', async (t) => {
  const headersOf = (auth: SigningAuth) => {
    const rawBody = Buffer.from('Hello, World!');
    return signRequest({ auth, method: 'POST', url: 'http://a/', headers: {}, rawBody, nowMs: NOW + 999 });
  };
  t.same(headersOf({ type: 'none' }), { signed: true, headers: {} });
  t.same(headersOf({ type: 'api_key', secret: 'k' }), { signed: true, headers: { 'x-api-key': 'k' } });
  t.same(headersOf({ type: 'bearer_token', secret: 'k' }), {
    signed: true,
    headers: { authorization: 'Bearer k' },
  });
  const hmac = (description: SignatureDescription | null) =>
    headersOf({ type: 'hmac', description, secret: "It's a Secret to Everybody" });
  const signature = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  t.same(hmac(null), { signed: true, headers: { 'x-webhook-signature': signature } });
  t.same(hmac({ header: 'X-Hub-Signature-256', prefix: 'sha256=' }), {
    signed: true,
    headers: { 'x-hub-signature-256': `sha256=${signature}` },
  });
  const timed = { payload: '{timestamp}{body}', timestampHeader: 'X-Time' };
  t.match(hmac(timed), { headers: { 'x-time': '1700000000' } });
  t.match(hmac({ ...timed, timestampUnit: 'ms' }), { headers: { 'x-time': '1700000000999' } });
});

t.test('says why it cannot sign', async (t) => {
  const reasonOf = (auth: SigningAuth, headers = {}) => signRequest({ ...request({ headers }), auth });
  const hmac = (description: SignatureDescription, secret = 'a secret') => ({
    type: 'hmac' as const,
    description,
    secret,
  });
  const cannot = (reason: string) => ({ signed: false, reason });
  t.same(reasonOf({ type: 'api_key', secret: '' }), cannot('no_secret'));
  t.same(reasonOf({ type: 'bearer_token', secret: '' }), cannot('no_secret'));
  t.same(reasonOf(hmac({}, '')), cannot('no_secret'));
  t.same(reasonOf(hmac({ secretEncoding: 'hex' })), cannot('no_secret'));
  t.same(reasonOf(hmac({ payload: '{url}' })), cannot('invalid_description'));
  t.same(reasonOf(hmac({ payload: '{body}{header:X-Id}' })), cannot('missing_signed_header'));
  t.same(
    reasonOf(hmac({ payload: '{body}{header:X-Id}' }), { 'x-id': ['a', 'b'] }),
    cannot('duplicate_header'),
  );
});

t.test('a token is accepted, and nothing that differs from it', async (t) => {
  const type = fc.constantFrom('api_key' as const, 'bearer_token' as const);
  const token = keyBytes.map((bytes) => String.fromCharCode(...bytes));
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(type, token, token, (type, text, other) => {
        fc.pre(text !== other);
        assert.deepEqual(checkSecret({ authType: type, provider: null, description: null }, text), []);
        const sent = send({ type, secret: text });
        assert.deepEqual(verifierOf({ type, secret: text }).verify(sent), accepted(text));
        assert.equal(verifierOf({ type, secret: other }).verify(sent).valid, false);
      }),
    ),
  );
});

const latin1 = fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const scenario = fc.record({
  description,
  key: keyBytes,
  method: fc.constantFrom('POST', 'PUT'),
  url: fc.webUrl({ withQueryParameters: true }),
  headers: fc.record({ 'x-one': latin1, 'x-two': latin1 }),
  rawBody: fc.uint8Array({ minLength: 1, maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  nowMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
});

t.test('what is signed under any description verifies; altered anywhere it does not', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(scenario, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, at, flip) => {
        const { description, key, ...overrides } = made;
        assert.deepEqual(checkDescription(description), []);
        const auth = { type: 'hmac' as const, description, secret: secretText(key, description) };
        assert.deepEqual(checkSecret({ authType: 'hmac', provider: null, description }, auth.secret), []);
        const sent = send(auth, overrides);
        const { verify } = verifierOf(auth);
        assert.deepEqual(verify(sent), accepted(auth.secret));

        assert.equal(
          verify({ ...sent, rawBody: withFlippedByte(sent.rawBody, at, flip) }).valid,
          false,
          'body',
        );
        assert.equal(verify({ ...sent, rawBody: sent.rawBody.subarray(1) }).valid, false, 'shorter body');
        assert.equal(verify(withAlteredSignature(sent, description, at)).valid, false, 'signature');

        const otherKey = withFlippedByte(Buffer.from(key), at, 1);
        const other = { ...auth, secret: secretText([...otherKey], description) };
        assert.deepEqual(verifierOf(other).verify(sent), mismatch, 'other secret');
      }),
      { numRuns: fuzzRuns(300) },
    ),
  );
});

t.test('what the template names is proven, the timestamp included', async (t) => {
  const auth = {
    type: 'hmac' as const,
    description: { payload: '{timestamp}.{method}.{url}.{header:X-One}.{body}', timestampHeader: 'X-Time' },
    secret: 'a secret',
  };
  const sent = send(auth, { headers: { 'x-one': '1' } });
  const { verify } = verifierOf(auth);
  t.equal(verify(sent).valid, true);
  t.same(verify({ ...sent, method: 'PUT' }), mismatch);
  t.same(verify({ ...sent, url: `${sent.url}?` }), mismatch);
  t.same(verify({ ...sent, headers: { ...sent.headers, 'x-one': '2' } }), mismatch);
  t.same(verify({ ...sent, headers: { ...sent.headers, 'x-time': '1700000001' } }), mismatch);
});

const mismatch: Verdict = { valid: false, reason: 'signature_mismatch' };

function withFlippedByte(bytes: Buffer, at: number, flip: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = at % copy.length;
  copy.writeUInt8(copy.readUInt8(index) ^ flip, index);
  return copy;
}

/** One character replaced by another that the encoding has too. */
function withAlteredSignature(
  sent: VerifyRequest,
  description: SignatureDescription,
  at: number,
): VerifyRequest {
  const header = (description.header ?? 'x-webhook-signature').toLowerCase();
  const value = String(sent.headers[header]);
  const index = at % value.length;
  const replacement = value[index] === 'a' ? 'b' : 'a';
  const altered = value.slice(0, index) + replacement + value.slice(index + 1);
  return { ...sent, headers: { ...sent.headers, [header]: altered } };
}
