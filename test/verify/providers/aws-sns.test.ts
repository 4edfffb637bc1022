import { createHmac, generateKeyPairSync } from 'node:crypto';
import {
  aws_sns,
  CERTIFICATE,
  CERTIFICATE_URL,
  type SnsMessage,
  type SnsSigning,
  signSns,
  snsCertificate,
  snsConfirmation,
  snsNotification,
  TOPIC,
} from '../../helpers/senders/aws-sns.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

const nowMs = NOW * 1000;
const { signing } = aws_sns.makeKeys();
const message = snsNotification(nowMs);

async function verifySns(body: Buffer, overrides: Parameters<typeof verify>[3] = {}, secrets = [TOPIC]) {
  return verify(
    'aws_sns',
    await aws_sns.sign({ url: URL, secret: signing, nowMs, body }),
    secrets,
    overrides,
  );
}

const verifyMessage = (given: SnsMessage, options?: SnsSigning) => verifySns(signSns(given, options));

t.test('both versions of signatures, all three types of messages', async (t) => {
  const { Subject: _none, ...untitled } = message;
  const confirmation = snsConfirmation(nowMs);
  const messages: SnsMessage[] = [
    message,
    untitled,
    confirmation,
    { ...confirmation, Type: 'UnsubscribeConfirmation' },
  ];
  for (const given of messages) {
    for (const version of ['1', '2'] as const) {
      t.match(await verifyMessage(given, { version }), {
        valid: true,
        secretIndex: 0,
        eventId: given.MessageId,
        eventType: given.Type,
      });
    }
  }
});

t.test('every signed field counts', async (t) => {
  for (const given of [message, snsConfirmation(nowMs)]) {
    const document = JSON.parse(signSns(given).toString()) as SnsMessage;
    for (const name of Object.keys(given)) {
      const changed = { ...document, [name]: `${document[name]}x` };
      t.match(
        await verifySns(Buffer.from(JSON.stringify(changed))),
        { valid: false },
        `${given.Type} ${name}`,
      );
      const { [name]: _gone, ...without } = document;
      t.match(
        await verifySns(Buffer.from(JSON.stringify(without))),
        { valid: false },
        `${given.Type} without ${name}`,
      );
    }
  }
  // A field that is moved into another one is another text, not the same.
  const moved = { ...message, Message: `${message.Message}\nMessageId\n${message.MessageId}` };
  t.match(
    await verifySns(Buffer.from(JSON.stringify({ ...JSON.parse(signSns(message).toString()), ...moved }))),
    { valid: false },
  );
});

t.test('the signature of one version does not count as that of another', async (t) => {
  for (const SignatureVersion of ['2', '3', '', 1, null]) {
    const document = { ...JSON.parse(signSns(message).toString()), SignatureVersion };
    t.match(
      await verifySns(Buffer.from(JSON.stringify(document))),
      { valid: false },
      String(SignatureVersion),
    );
  }
});

t.test('certificates are only fetched from AWS', async (t) => {
  const foreign = [
    'https://evil.example/SimpleNotificationService-1.pem',
    'http://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.us-west-2.amazonaws.com.evil.example/a.pem',
    'https://sns.us-west-2.amazonaws.com@evil.example/a.pem',
    'https://evil.example/https://sns.us-west-2.amazonaws.com/a.pem',
    'https://evil.example#sns.us-west-2.amazonaws.com/a.pem',
    'https://evil.example\\@sns.us-west-2.amazonaws.com/a.pem',
    'https://s3.amazonaws.com/evil/SimpleNotificationService-1.pem',
    'https://bucket.s3.us-west-2.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.evil.amazonaws.com.example/a.pem',
    'https://xsns.us-west-2.amazonaws.com/a.pem',
    'https://sns.us-west-2.amazonaws.com:8443/SimpleNotificationService-1.pem',
    'https://sns.us-west-2.amazonaws.com/?Action=Publish',
    'https://sns..amazonaws.com/a.pem',
    'https://127.0.0.1/a.pem',
    'file:///etc/ssl/a.pem',
    'sns.us-west-2.amazonaws.com/a.pem',
    '',
  ];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const certificateUrl of foreign) {
    const fetched: string[] = [];
    const body = signSns(message, { key: privateKey, certificateUrl });
    const answer = await verifySns(body, {
      fetchCertificate: async (url) => {
        fetched.push(url);
        return snsCertificate(privateKey);
      },
    });
    t.match(answer, { valid: false }, certificateUrl);
    t.same(fetched, [], `${certificateUrl} is not even asked`);
  }
  for (const host of [
    'sns.eu-central-1.amazonaws.com',
    'sns.cn-north-1.amazonaws.com.cn',
    'sns.us-gov-west-1.amazonaws.com',
  ]) {
    const certificateUrl = `https://${host}/SimpleNotificationService-abc.pem`;
    const answer = await verifySns(signSns(message, { certificateUrl }), {
      fetchCertificate: async () => CERTIFICATE,
    });
    t.match(answer, { valid: true }, host);
  }
});

t.test('another certificate, or none, is refused', async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const answers: [string, () => Promise<string>][] = [
    ['signature_mismatch', async () => snsCertificate(privateKey)],
    ['certificate_unavailable', async () => 'no certificate'],
    ['certificate_unavailable', async () => ''],
    ['certificate_unavailable', () => Promise.reject(new Error('cannot be reached'))],
    [
      'certificate_unavailable',
      () => {
        throw new Error('at once');
      },
    ],
  ];
  for (const [reason, fetchCertificate] of answers) {
    t.same(await verifySns(signSns(message), { fetchCertificate }), refused(reason));
  }
  const unfetched = await verifySns(signSns(message), { fetchCertificate: undefined as never });
  t.match(unfetched, { valid: false });
});

t.test('AWS signs for every topic: only the one that is pasted counts', async (t) => {
  const other = { ...message, TopicArn: 'arn:aws:sns:us-west-2:210987654321:Evil' };
  t.match(await verifyMessage(other), { valid: false });
  t.match(await verifySns(signSns(other), {}, [TOPIC, String(other.TopicArn)]), {
    valid: true,
    secretIndex: 1,
  });
  t.match(await verifySns(signSns(message), {}, ['']), refused('no_secret'));
  t.match(await verifySns(signSns(other), {}, [`${TOPIC}/`]), refused('no_secret'), 'mistyped, not left out');
});

t.test('the certificate is no key for an HMAC', async (t) => {
  const document = JSON.parse(signSns(message).toString()) as SnsMessage;
  const Signature = createHmac('sha1', CERTIFICATE).update('x').digest('base64');
  t.match(await verifySns(Buffer.from(JSON.stringify({ ...document, Signature }))), { valid: false });
});

t.test('what is no message of SNS is refused', async (t) => {
  const document = JSON.parse(signSns(message).toString()) as SnsMessage;
  const bodies: unknown[] = [
    null,
    [],
    'x',
    1,
    {},
    { ...document, Type: 'Other' },
    { ...document, Message: 1 },
    { ...document, SigningCertURL: [CERTIFICATE_URL] },
  ];
  for (const body of bodies) {
    t.match(await verifySns(Buffer.from(JSON.stringify(body))), { valid: false }, JSON.stringify(body));
  }
  t.match(await verifySns(Buffer.from('raw message delivery')), { valid: false });
});
