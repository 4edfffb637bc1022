import { PROVIDER_NAMES } from '../../src/domain/providers.ts';
import t from '../helpers/tap.ts';
import { clientOf, insertOrganization, type Json, setUp } from './management.ts';

const PATH = '/api/webhook-providers';

t.test('every sender that is known by name is listed, with what it needs', async (t) => {
  const { call } = await setUp(t);
  const { status, json } = await call('GET', PATH);
  t.equal(status, 200);
  const providers = json.data as Json[];
  t.same(
    providers.map(({ name }) => name),
    [...PROVIDER_NAMES].sort(),
  );
  for (const { name, title, signature, secret, quirks } of providers) {
    t.match([title, signature, (secret as Json).paste], [/\S/, /\.$/, /\.$/], String(name));
    t.notMatch(JSON.stringify([signature, quirks]), /undefined|null|\[object/, String(name));
  }
  const of = (name: string) => providers.find((provider) => provider.name === name);
  t.match(of('github'), {
    signature:
      'In the header x-hub-signature-256, after "sha256=": HMAC-SHA256 of {body}, in hex. The secret is text.',
    secret: { kind: 'chosen' },
    toleranceSeconds: null,
    answerWithinSeconds: 10,
    eventId: 'header:x-github-delivery',
    dedupByDefault: true,
    handshake: 'none',
    evidence: 'sdk',
  });
  t.match(of('slack'), { handshake: 'slack', toleranceSeconds: 300, answerWithinSeconds: 3 });
  t.match(of('twilio'), { needsPublicUrl: true, dedupByDefault: false });
  t.match(of('discord'), { secret: { kind: 'public_key' }, signature: /Ed25519.*public key is hex/ });
  t.match(of('adyen_standard'), { success: { status: 200, body: '[accepted]' } });
  t.match(of('stripe'), { signature: /v1= among pairs with commas.*\{timestamp\}\.\{body\}.*t= beside it/ });
});

t.test('it is for those who may see workflows', async (t) => {
  const { app, db } = await setUp(t);
  const stranger = clientOf(app, (await insertOrganization(db, ['logs:read'])).key);
  t.match(await stranger('GET', PATH), { status: 403, json: { code: 'insufficient_scope' } });
});
