import { createPublicKey, generateKeyPairSync, sign, verify as verifyBare } from 'node:crypto';
import { checkSecret } from '../../src/verify/check-description.ts';
import t from '../helpers/tap.ts';
import { verifying } from './described.ts';
import { accepted, refused } from './requests.ts';

// RFC 8032, 7.1, TEST 2.
const PUBLIC = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
const MESSAGE = Buffer.from('72', 'hex');
const SIGNATURE = Buffer.from(
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  'hex',
);
const SPKI = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), PUBLIC]);
const PEM = createPublicKey({ key: SPKI, format: 'der', type: 'spki' }).export({
  format: 'pem',
  type: 'spki',
}) as string;

const sent = (signature: string, rawBody = MESSAGE) => ({
  rawBody,
  headers: { 'x-webhook-signature': signature },
});

t.test('Ed25519: the vector of RFC 8032, whichever way its key is written', async (t) => {
  const written = [
    ['hex', PUBLIC.toString('hex')],
    ['base64', `whpk_${PUBLIC.toString('base64')}`],
    ['base64', PUBLIC.toString('base64')],
    ['base64url', PUBLIC.toString('base64url')],
    ['base64', SPKI.toString('base64')],
    ['base64', PEM],
  ] as const;
  for (const [secretEncoding, key] of written) {
    const description = { algorithm: 'ed25519', secretEncoding, secretPrefix: 'whpk_' } as const;
    const verify = verifying(description, key);
    t.same(verify(sent(SIGNATURE.toString('hex'))), accepted(key), key);
    t.same(verify(sent(SIGNATURE.toString('hex'), Buffer.from('r!'))), refused('signature_mismatch'));
    t.same(verify(sent(SIGNATURE.toString('hex').slice(2))), refused('malformed_signature'));
    t.same(checkSecret({ authType: 'hmac', provider: null, description }, key), []);
  }
});

t.test('Ed25519: no bit of the signature or of the key is for nothing', async (t) => {
  const verify = verifying({ algorithm: 'ed25519', secretEncoding: 'hex' }, PUBLIC.toString('hex'));
  for (let bit = 0; bit < 512; bit += 1) {
    const flipped = Buffer.from(SIGNATURE);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    if (verify(sent(flipped.toString('hex'))).valid) t.fail(`bit ${bit} of the signature`);
  }
  for (let bit = 0; bit < 256; bit += 1) {
    const flipped = Buffer.from(PUBLIC);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const other = verifying({ algorithm: 'ed25519', secretEncoding: 'hex' }, flipped.toString('hex'));
    if (other(sent(SIGNATURE.toString('hex'))).valid) t.fail(`bit ${bit} of the key`);
  }
  t.pass();
});

t.test('keys under which anybody can sign are no keys', async (t) => {
  const points = ['01', 'ec', 'ee'].map((first) =>
    first === '01' ? `01${'00'.repeat(31)}` : `${first}${'ff'.repeat(30)}7f`,
  );
  const others = [
    '00'.repeat(32),
    `ed${'ff'.repeat(30)}7f`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `01${'00'.repeat(30)}80`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  ];
  // S = 0 and R = the neutral point: it fits every message under the neutral point as the key.
  const forged = Buffer.from(`01${'00'.repeat(63)}`, 'hex');
  const neutral = createPublicKey({
    key: Buffer.concat([SPKI.subarray(0, 12), Buffer.from(points[0] ?? '', 'hex')]),
    format: 'der',
    type: 'spki',
  });
  t.equal(verifyBare(null, Buffer.from('anything'), neutral, forged), true, 'OpenSSL takes it');
  for (const point of [...points, ...others]) {
    const description = { algorithm: 'ed25519', secretEncoding: 'hex' } as const;
    t.same(verifying(description, point)(sent(forged.toString('hex'))), refused('no_secret'), point);
    t.equal(checkSecret({ authType: 'hmac', provider: null, description }, point).length, 1);
  }
});

t.test('ECDSA on P-256, in DER', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const description = { algorithm: 'ecdsa-p256', encoding: 'base64', payload: 'x{body}' } as const;
  const verify = verifying(description, key);
  const signature = sign('sha256', Buffer.from('xa\r\nb'), privateKey);
  const verdict = (bytes: Buffer, body = 'a\r\nb') =>
    verify(sent(bytes.toString('base64'), Buffer.from(body)));
  t.same(verdict(signature), accepted(key));
  t.same(verdict(signature, 'a\nb'), refused('signature_mismatch'), 'line ends count');
  for (let at = 0; at < signature.length; at += 1) {
    const flipped = Buffer.from(signature);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
    if (verdict(flipped).valid) t.fail(`byte ${at}`);
  }
  t.same(verdict(signature.subarray(0, -1)), refused('signature_mismatch'));
  t.same(verdict(Buffer.concat([signature, Buffer.alloc(1)])).valid, false);
  t.same(verdict(Buffer.alloc(7)), refused('malformed_signature'));
  t.same(verdict(Buffer.alloc(73)), refused('malformed_signature'));
  const raw = sign('sha256', Buffer.from('xa\r\nb'), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  t.same(verdict(raw), refused('signature_mismatch'), 'r and s without DER');
});

t.test('what is no key of the algorithm never verifies, and is said so when it is set', async (t) => {
  const der = (name: 'ed25519' | 'P-256' | 'P-384') => {
    const { publicKey } =
      name === 'ed25519' ? generateKeyPairSync(name) : generateKeyPairSync('ec', { namedCurve: name });
    return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  };
  const secrets = [
    '',
    'AAAA',
    'not base64!',
    `whsec_${PUBLIC.toString('base64')}`,
    der('P-384'),
    '-----BEGIN PUBLIC KEY-----',
  ];
  for (const [algorithm, foreign] of [
    ['ed25519', der('P-256')],
    ['ecdsa-p256', der('ed25519')],
  ] as const) {
    for (const key of [...secrets, foreign]) {
      const description = { algorithm };
      t.same(verifying(description, key)(sent(SIGNATURE.toString('hex'))), refused('no_secret'), key);
      t.equal(checkSecret({ authType: 'hmac', provider: null, description }, key).length, 1);
    }
  }
});
