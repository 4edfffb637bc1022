import {
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { selfSignedCertificate } from './certificate.ts';
import { json, type Sender } from './sender.ts';

/** Made once: RSA keys take long. AWS signs for every topic with the same few. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const TOPIC = 'arn:aws:sns:us-west-2:123456789012:MyTopic';
export const CERTIFICATE_URL =
  'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';

/** What is at CERTIFICATE_URL. */
export const CERTIFICATE = snsCertificate(privateKey);

export function snsCertificate(
  key: KeyObject,
  validity = { from: '2020-01-01', until: '2120-01-01' },
): string {
  return selfSignedCertificate({
    keys: { privateKey: key, publicKey: createPublicKey(key) },
    commonName: 'sns.amazonaws.com',
    notBefore: new Date(validity.from),
    notAfter: new Date(validity.until),
  });
}

export type SnsMessage = Record<string, string>;

export const snsNotification = (nowMs: number): SnsMessage => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: TOPIC,
  Subject: 'My First Message',
  Message: 'Hello – world!\nSecond line',
  Timestamp: new Date(nowMs).toISOString(),
});

export const snsConfirmation = (nowMs: number): SnsMessage => ({
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92',
  TopicArn: TOPIC,
  Message: 'You have chosen to subscribe to the topic.\nTo confirm, visit the SubscribeURL.',
  SubscribeURL: 'https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37',
  Timestamp: new Date(nowMs).toISOString(),
});

/** In the order of the documentation; a Subject that is not there is left out. */
const SIGNED_FIELDS: Record<string, string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

export interface SnsSigning {
  version?: '1' | '2';
  key?: KeyObject;
  certificateUrl?: string;
}

export function signSns(message: SnsMessage, options: SnsSigning = {}): Buffer {
  const { version = '1', key = privateKey, certificateUrl = CERTIFICATE_URL } = options;
  const fields = SIGNED_FIELDS[message.Type ?? ''] ?? [];
  const text = fields.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`]));
  const signer = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(text.join(''));
  return json({
    ...message,
    SignatureVersion: version,
    Signature: signer.sign(key, 'base64'),
    SigningCertURL: certificateUrl,
    UnsubscribeURL: 'https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x',
  });
}

/** There is no secret: AWS signs for everybody. What is pasted is the topic, so that it is not anybody's. */
export const aws_sns: Sender = {
  evidence: 'documentation',
  toleranceSeconds: null,
  coversWholeBody: false,
  makeKeys: () => ({
    signing: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    verifying: TOPIC,
  }),
  signature: ['Signature'],
  required: {},
  forgery: ['Hello', 'Hallo'],
  eventId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  eventType: 'Notification',
  sign: async ({ url, secret, nowMs, body }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'text/plain; charset=UTF-8',
      'User-Agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      'x-amz-sns-topic-arn': TOPIC,
    },
    body: body ?? signSns(snsNotification(nowMs), { key: createPrivateKey(secret) }),
  }),
};
