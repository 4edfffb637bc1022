import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { PROVIDER_NAMES } from '../../../src/domain/providers.ts';
import { CERTIFICATE, snsCertificate } from '../../helpers/senders/aws-sns.ts';
import { SENDERS } from '../../helpers/senders/index.ts';
import { JUDGES, type Judge } from '../../helpers/senders/judges.ts';
import { headerOf, replaceInBody, withSignature } from '../../helpers/senders/requests.ts';
import type { Sender } from '../../helpers/senders/sender.ts';
import { twilioJson } from '../../helpers/senders/twilio.ts';
import t from '../../helpers/tap.ts';

const URL = 'https://hooks.example.com/api/webhooks/0197b1b8-0000-7000-8000-000000000001?team=a%20b';

t.test('there is a signer for every provider, and a library for each that claims one', async (t) => {
  t.same(Object.keys(SENDERS), [...PROVIDER_NAMES]);
  const claimed = PROVIDER_NAMES.filter((name) => SENDERS[name].evidence === 'sdk');
  t.same(Object.keys(JUDGES).toSorted(), claimed.toSorted());
});

const judged: [string, Sender, Judge][] = [
  ...PROVIDER_NAMES.flatMap((name): [string, Sender, Judge][] => {
    const judge = JUDGES[name];
    return judge === undefined ? [] : [[name, SENDERS[name], judge]];
  }),
  ['twilio with JSON', twilioJson, JUDGES.twilio as Judge],
];

for (const [name, sender, judge] of judged) {
  t.test(`${name}: its own library takes what we sign for its own`, async (t) => {
    const { signing, verifying } = sender.makeKeys();
    const other = sender.makeKeys().verifying;
    const request = await sender.sign({ url: URL, secret: signing, nowMs: Date.now() });
    t.equal(await judge(request, verifying), true);
    t.equal(await judge(request, other), false, 'with another secret it does not');
    const [from, to] = sender.forgery ?? ['', ''];
    t.equal(await judge(replaceInBody(request, from, to), verifying), false, 'nor another body');
    const foreign = await sender.sign({ url: URL, secret: sender.makeKeys().signing, nowMs: Date.now() });
    const stolen = withSignature(sender, request, () => headerOf(foreign, String(sender.signature)));
    t.equal(await judge(stolen, verifying), false, 'nor the signature of somebody else');
  });
}

t.test('the certificate is one', async (t) => {
  const certificate = new X509Certificate(CERTIFICATE);
  t.equal(certificate.verify(certificate.publicKey), true);
  t.equal(certificate.subject, 'CN=sns.amazonaws.com');
  t.equal(new Date(certificate.validFrom).toISOString(), '2020-01-01T00:00:00.000Z');
  t.equal(new Date(certificate.validTo).toISOString(), '2120-01-01T00:00:00.000Z');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = new X509Certificate(snsCertificate(privateKey, { from: '2001-01-01', until: '2002-01-01' }));
  t.equal(other.verify(createPublicKey(privateKey)), true);
  t.equal(other.verify(certificate.publicKey), false);
});
