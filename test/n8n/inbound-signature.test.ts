import { createHmac, randomBytes } from 'node:crypto';
import { createSignatureCheck } from '../../src/n8n/inbound/signature.ts';
import t from '../helpers/tap.ts';

const NOW = Date.UTC(2026, 2, 10);
const ID = 'msg_1';
const BODY = Buffer.from('{"event":"order.paid"}');
const SECRETS = ['a secret brought along', `whsec_${randomBytes(32).toString('base64')}`];

const other = () => `v1,${randomBytes(32).toString('base64')}`;
const signedWith = (secret: string) => {
  const content = `${ID}.${NOW / 1_000}.${BODY}`;
  return `v1,${createHmac('sha256', secret).update(content).digest('base64')}`;
};

/** What a request with these signatures is told, and how often what is signed was put together for it. */
function checked(secret: string, signatures: string[]) {
  let looks = 0;
  const headers = {
    'webhook-signature': signatures.join(' '),
    'webhook-timestamp': String(NOW / 1_000),
    get 'webhook-id'() {
      looks++;
      return ID;
    },
  };
  const check = createSignatureCheck([{ id: 'a', secret, expiresAt: null }]);
  const verdict = check({ method: 'POST', url: '/', headers, rawBody: BODY, nowMs: NOW });
  return { verdict, looks };
}

t.test(
  'a stranger has a body hashed as often, however many signatures and whatever the secret',
  async (t) => {
    for (const secret of SECRETS) {
      for (const count of [1, 2, 10, 1_000]) {
        const { verdict, looks } = checked(secret, Array.from({ length: count }, other));
        t.match(verdict, { valid: false, reason: 'signature_mismatch' });
        t.equal(looks, 2, 'once for each way to read a secret');
      }
    }
  },
);

t.test('any of several may be the right one, up to ten', async (t) => {
  for (const secret of SECRETS) {
    const among = (before: number) => [...Array.from({ length: before }, other), signedWith(secret), other()];
    for (const before of [0, 1, 9]) t.match(checked(secret, among(before)).verdict, { valid: true });
    t.match(checked(secret, among(10)).verdict, { valid: false, reason: 'signature_mismatch' });
    const foreign = ['v2,x', 'v1,short', '', signedWith(secret)];
    t.match(checked(secret, foreign).verdict, { valid: true }, 'others are passed over');
    t.match(checked(secret, ['v2,x', 'v1,short']).verdict, { reason: 'malformed_signature' });
  }
});
