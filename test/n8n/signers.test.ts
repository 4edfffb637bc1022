import { createHmac } from 'node:crypto';
import { newId } from '../../src/domain/ids.ts';
import { createSigners } from '../../src/n8n/inbound/signers.ts';
import t from '../helpers/tap.ts';

const rawBody = Buffer.from('{"event":"a"}');
const signedWith = (secret: string) => ({
  method: 'POST',
  url: 'http://127.0.0.1/api/webhooks/n8n',
  headers: { 'x-webhook-signature': createHmac('sha256', secret).update(rawBody).digest('hex') },
  rawBody,
  nowMs: Date.now(),
});
const row = (id: string) => ({
  id,
  ciphertext: Buffer.from(id),
  encryption_key_id: 'k',
  expires_at: null,
});

t.test(
  'a secret that cannot be read keeps none of the others from verifying, and may come back',
  async (t) => {
    const [endpointId, organizationId] = [newId(), newId()];
    let isReadable = false;
    const authenticate = createSigners({
      find: async () => ({
        endpointId,
        organizationId,
        secrets: [row('sealed under a lost key'), row('good')],
      }),
      open: ({ id }) => (id === 'good' || isReadable ? { id, secret: `the ${id}`, expiresAt: null } : null),
      defaultSecret: null,
    });
    t.match(await authenticate(endpointId, signedWith('the good')), { status: 'authenticated', endpointId });
    const lost = signedWith('the sealed under a lost key');
    t.match(await authenticate(endpointId, lost), { status: 'refused' });
    isReadable = true;
    t.match(await authenticate(endpointId, lost), { status: 'authenticated' });
  },
);

t.test('an endpoint none of whose secrets can be read knows nobody', async (t) => {
  const authenticate = createSigners({
    find: async () => ({ endpointId: newId(), organizationId: newId(), secrets: [row('x')] }),
    open: () => null,
    defaultSecret: 'the default secret',
  });
  t.match(await authenticate('x', signedWith('the default secret')), {
    status: 'refused',
    reason: 'no_secret',
  });
});
