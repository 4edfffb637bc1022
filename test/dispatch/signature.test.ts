import { createHmac } from 'node:crypto';
import { endpointKey, signBody, signStandard } from '../../src/dispatch/signature.ts';
import t from '../helpers/tap.ts';

t.test('the published Standard Webhooks example verifies', async (t) => {
  const signature = signStandard(endpointKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: Buffer.from('{"test": 2432232314}'),
  });
  t.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

t.test('bytes are signed, not text', async (t) => {
  const body = Buffer.from([0xff, 0x00, 0xfe]);
  const expected = createHmac('sha256', 'key')
    .update(Buffer.concat([Buffer.from('a.1.'), body]))
    .digest('base64');
  t.equal(signStandard(endpointKey('key'), { id: 'a', timestamp: 1, body }), `v1,${expected}`);
  t.equal(signBody(endpointKey('key'), body), createHmac('sha256', 'key').update(body).digest('hex'));
});

t.test('a secret is decoded only when it is whsec_ and base64', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
  const padded = `whsec_${bytes.toString('base64')}`;
  t.ok(endpointKey(padded).export().equals(bytes));
  t.ok(endpointKey(padded.replace(/=+$/, '')).export().equals(bytes), 'without padding');
  for (const text of [
    'plain secret',
    'whsec_',
    'whsec_not base64!',
    'whsec_abc$',
    'sécret',
    bytes.toString('base64'),
  ]) {
    t.equal(endpointKey(text).export().toString('utf8'), text, text);
  }
  t.throws(() => endpointKey(''), TypeError);
});
