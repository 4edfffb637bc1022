import { PROVIDER_NAMES } from '../../../src/domain/providers.ts';
import { PRESETS } from '../../../src/verify/presets/index.ts';
import { verifyWebhook } from '../../../src/verify/verify-webhook.ts';
import { adyenItemSignature } from '../../helpers/senders/adyen.ts';
import { SENDERS } from '../../helpers/senders/index.ts';
import { JUDGES } from '../../helpers/senders/judges.ts';
import { PUBLISHED, type PublishedVector } from '../../helpers/senders/published.ts';
import { headerOf, lowerCased } from '../../helpers/senders/requests.ts';
import t from '../../helpers/tap.ts';

const URL = 'https://hooks.example.com/x';

const verify = (vector: PublishedVector, overrides: { rawBody?: Buffer; secrets?: string[] } = {}) =>
  verifyWebhook({
    scheme: vector.provider,
    secrets: [vector.secret],
    method: vector.method ?? 'POST',
    url: vector.url ?? URL,
    headers: lowerCased(vector.headers),
    rawBody: Buffer.from(vector.body),
    now: vector.at ?? 1_700_000_000,
    ...overrides,
  });

t.test('what each preset says it rests on is what its tests rest on', async (t) => {
  for (const name of PROVIDER_NAMES) {
    t.equal(PRESETS[name].evidence, SENDERS[name].evidence, name);
    const published = PUBLISHED.some((vector) => vector.provider === name);
    if (SENDERS[name].evidence === 'sdk') t.ok(JUDGES[name], `${name} is judged by its library`);
    if (SENDERS[name].evidence === 'published_vector') t.ok(published, `${name} has a published vector`);
    if (SENDERS[name].evidence === 'documentation') {
      t.notOk(published || JUDGES[name], `${name} has nothing but its documentation`);
    }
  }
});

for (const vector of PUBLISHED) {
  t.test(`${vector.provider}: ${vector.source}`, async (t) => {
    t.match(await verify(vector), { valid: true, secretIndex: 0 });
    t.match(
      await verify(vector, { secrets: [SENDERS[vector.provider].makeKeys().verifying, vector.secret] }),
      { valid: true, secretIndex: 1 },
    );
    t.match(await verify(vector, { secrets: [SENDERS[vector.provider].makeKeys().verifying] }), {
      valid: false,
      reason: 'signature_mismatch',
    });
  });

  const { signature } = SENDERS[vector.provider];
  // One was published for a GET, which our signers do not make.
  if (vector.method === 'GET' || typeof signature !== 'string') continue;
  t.test(`${vector.provider}: our signer signs like ${vector.source}`, async (t) => {
    const signed = await SENDERS[vector.provider].sign({
      url: vector.url ?? URL,
      secret: vector.signingKey ?? vector.secret,
      nowMs: (vector.at ?? 1_700_000_000) * 1000,
      body: Buffer.from(vector.body),
    });
    t.equal(headerOf(signed, signature), lowerCased(vector.headers)[signature]);
  });
}

t.test('our signers sign like what is published with a signature in the body', async (t) => {
  for (const vector of PUBLISHED.filter(({ provider }) => provider === 'adyen_standard')) {
    const [{ NotificationRequestItem: item }] = JSON.parse(vector.body).notificationItems;
    t.equal(adyenItemSignature(item, vector.secret), item.additionalData.hmacSignature, vector.source);
  }
  const vector = PUBLISHED.find(({ provider }) => provider === 'mailgun') as PublishedVector;
  const { body } = await SENDERS.mailgun.sign({ url: URL, secret: vector.secret, nowMs: 1_403_645_220_000 });
  t.same(JSON.parse(body.toString()).signature, JSON.parse(vector.body).signature);
});
