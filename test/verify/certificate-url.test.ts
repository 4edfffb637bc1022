import { verifyWebhook } from '../../src/verify/verify-webhook.ts';
import t from '../helpers/tap.ts';

const ARN = 'arn:aws:sns:us-east-1:123456789012:orders';

/** Which certificates are asked for when a message names this one. */
async function asked(url: unknown, overrides: object = {}): Promise<{ urls: string[]; reason: string }> {
  const urls: string[] = [];
  const message = {
    Type: 'Notification',
    MessageId: '1',
    Message: 'hello',
    Timestamp: '2023-11-14T22:13:20.000Z',
    TopicArn: ARN,
    SignatureVersion: '2',
    Signature: Buffer.alloc(256).toString('base64'),
    SigningCertURL: url,
    ...overrides,
  };
  const verdict = await verifyWebhook({
    scheme: 'aws_sns',
    secrets: [ARN],
    method: 'POST',
    url: 'https://hooks.example.com/',
    headers: {},
    rawBody: JSON.stringify(message),
    now: 1_700_000_000,
    fetchCertificate: (asked) => {
      urls.push(asked);
      return Promise.reject(new Error('no network'));
    },
  });
  return { urls, reason: verdict.valid ? 'valid' : verdict.reason };
}

t.test('certificates are fetched from AWS alone', async (t) => {
  for (const host of [
    'sns.us-east-1.amazonaws.com',
    'sns.us-gov-west-1.amazonaws.com',
    'sns.ap-southeast-4.amazonaws.com',
    'sns.cn-north-1.amazonaws.com.cn',
  ]) {
    const url = `https://${host}/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem`;
    t.same(await asked(url), { urls: [url], reason: 'certificate_unavailable' });
  }
});

t.test('and from nowhere else, whatever looks like it', async (t) => {
  const path = '/SimpleNotificationService-0.pem';
  const host = 'https://sns.us-east-1.amazonaws.com';
  const foreign: unknown[] = [
    undefined,
    5,
    '',
    `http://sns.us-east-1.amazonaws.com${path}`,
    `https://sns.us-east-1.amazonaws.com.evil.example${path}`,
    `https://evil.example/sns.us-east-1.amazonaws.com${path}`,
    `https://sns.us-east-1.amazonaws.com@evil.example${path}`,
    `https://evil.example#https://sns.us-east-1.amazonaws.com${path}`,
    `https://sns.us-east-1.amazonaws.com:8443${path}`,
    `https://sns.us-east-1.amazonaws.com:443${path}`,
    `https://sns.s3.amazonaws.com${path}`,
    `https://sns.s3-us-west-2.amazonaws.com${path}`,
    `https://sns.s3.us-west-2.amazonaws.com${path}`,
    `https://sns.amazonaws.com${path}`,
    `https://my-sns.us-east-1.amazonaws.com${path}`,
    `https://SNS.us-east-1.amazonaws.com${path}`,
    `${host}/other.pem`,
    `${host}/bucket${path}`,
    `${host}/SimpleNotificationService-0.pem?x=.pem`,
    `${host}/SimpleNotificationService-..%2f0.pem`,
    `${host}/SimpleNotificationService-0.pem\n`,
    ` ${host}${path}`,
  ];
  for (const url of foreign) {
    t.same(await asked(url), { urls: [], reason: 'untrusted_certificate_url' }, String(url));
  }
});

t.test('nothing is fetched for a message that cannot be valid', async (t) => {
  const url = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem';
  const cases: [object, string][] = [
    [{ TopicArn: `${ARN}2` }, 'credential_mismatch'],
    [{ TopicArn: undefined }, 'missing_signed_field'],
    [{ Type: 'constructor' }, 'missing_signed_field'],
    [{ Type: 'SubscriptionConfirmation' }, 'missing_signed_field'],
    [{ MessageId: 1 }, 'missing_signed_field'],
    [{ Signature: undefined }, 'missing_credential'],
    [{ Signature: 'not base64' }, 'malformed_signature'],
    [{ Signature: 'A'.repeat(1_000) }, 'malformed_signature'],
    [{ SignatureVersion: '3' }, 'malformed_signature'],
    [{ SignatureVersion: '__proto__' }, 'malformed_signature'],
  ];
  for (const [overrides, reason] of cases) {
    t.same(await asked(url, overrides), { urls: [], reason }, JSON.stringify(overrides));
  }
});
