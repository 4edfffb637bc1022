import { verify, X509Certificate } from 'node:crypto';
import type { VerifyFailure } from '../../domain/verify-failure.ts';
import { isLive, prepareCandidates, someLive, type VerifySecret } from '../candidates.ts';
import { decodeStrict } from '../encoding.ts';
import { jsonOf, valueAt } from '../json-body.ts';
import type { VerifyRequest } from '../request.ts';
import { refuse, type Verdict } from '../verdict.ts';

/** Resolves to the certificate as PEM. It has to bound how long that takes and how much it reads. */
export type FetchCertificate = (url: string) => Promise<string>;

const SIGNED_KEYS: Readonly<Record<string, readonly string[]>> = {
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
const OPTIONAL_KEY = 'Subject';

const DIGESTS: Readonly<Record<string, 'sha1' | 'sha256'>> = { '1': 'sha1', '2': 'sha256' };

/** The longest RSA signature there is a use for: 4,096 bits, in base64. */
const MAX_SIGNATURE_CHARACTERS = 684;

/** Of a region and nothing else: `sns.s3.amazonaws.com` would be a bucket of whoever came first. */
const CERTIFICATE_URL =
  /^https:\/\/sns\.[a-z]{2}(?:-[a-z]{1,20}){1,2}-\d{1,2}\.amazonaws\.com(?:\.cn)?\/SimpleNotificationService-[\w-]{1,100}\.pem$/;

export const isTopicArn = (secret: string): boolean =>
  /^arn:aws[a-z-]{0,20}:sns:[a-z0-9-]{1,30}:\d{12}:[\w.-]{1,256}$/.test(secret);

/**
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. A certificate is AWS's because it comes
 * over TLS from a host of SNS, under a name that AWS gave it: what else stands in it proves no more. The secrets are the ARNs of topics:
 * AWS signs for every topic of every account, so a signature alone says nothing of who sent it. `anyTopic` is the
 * verdict on what AWS signed where no ARN is given; null: it is refused.
 */
export function compileAwsSns(
  secrets: readonly VerifySecret[],
  fetchCertificate: FetchCertificate,
  anyTopic: Verdict | null = null,
): (request: VerifyRequest) => Verdict | Promise<Verdict> {
  const topics = prepareCandidates(secrets, (secret) => (isTopicArn(secret) ? secret : null));
  const proveCertificate = keepLast(fetchCertificate);
  return (request) => {
    const { nowMs } = request;
    if (anyTopic === null && !someLive(topics, nowMs)) return refuse('no_secret');
    const message = readMessage(jsonOf(request));
    if (typeof message === 'string') return refuse(message);
    const fitting = topics.find((topic) => isLive(topic, nowMs) && topic.key === message.topic);
    const accepted = fitting?.accepted ?? (someLive(topics, nowMs) ? null : anyTopic);
    // Before the certificate is fetched for a stranger.
    if (accepted === null) return refuse('credential_mismatch');
    return proveCertificate(message.certificateUrl).then((certificate) => {
      if (certificate === null) return refuse('certificate_unavailable');
      const fits = verify(message.digest, message.signed, certificate.publicKey, message.signature);
      return fits ? accepted : refuse('signature_mismatch');
    });
  };
}

interface Message {
  topic: string;
  signed: Buffer;
  signature: Buffer;
  digest: 'sha1' | 'sha256';
  certificateUrl: string;
}

function readMessage(body: unknown): Message | VerifyFailure {
  if (typeof body !== 'object' || body === null) return 'malformed_body';
  const field = (name: string): string | undefined => {
    const value = valueAt(body, [name]);
    return typeof value === 'string' ? value : undefined;
  };
  const written = field('Signature') ?? '';
  if (written === '') return 'missing_credential';
  const signature = written.length > MAX_SIGNATURE_CHARACTERS ? null : decodeStrict(written, 'base64');
  const digest = ownEntry(DIGESTS, field('SignatureVersion'));
  if (signature === null || digest === undefined) return 'malformed_signature';
  const signed = signedText(field);
  const topic = field('TopicArn');
  if (signed === null || topic === undefined) return 'missing_signed_field';
  const certificateUrl = field('SigningCertURL') ?? field('SigningCertUrl') ?? '';
  if (!CERTIFICATE_URL.test(certificateUrl)) return 'untrusted_certificate_url';
  return { topic, signed, signature, digest, certificateUrl };
}

function signedText(field: (name: string) => string | undefined): Buffer | null {
  const keys = ownEntry(SIGNED_KEYS, field('Type'));
  if (keys === undefined) return null;
  const lines: string[] = [];
  for (const key of keys) {
    const value = field(key);
    if (value === undefined && key === OPTIONAL_KEY) continue;
    if (value === undefined) return null;
    lines.push(key, value);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

const ownEntry = <Value>(entries: Readonly<Record<string, Value>>, name: string | undefined) =>
  name !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;

/** Reads a certificate once as long as it stays the same; null: there is none. */
function keepLast(fetchCertificate: FetchCertificate): (url: string) => Promise<X509Certificate | null> {
  let last: { pem: string; certificate: X509Certificate | null } | null = null;
  return async (url) => {
    const pem = await fetchPem(fetchCertificate, url);
    if (last === null || last.pem !== pem) last = { pem, certificate: readCertificate(pem) };
    return last.certificate;
  };
}

/** Empty: it could not be fetched. Why is for whoever fetches to log. */
async function fetchPem(fetchCertificate: FetchCertificate, url: string): Promise<string> {
  try {
    const pem: unknown = await fetchCertificate(url);
    return typeof pem === 'string' ? pem : '';
  } catch {
    return '';
  }
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : null;
  } catch {
    // Whatever OpenSSL has against it: it is no certificate.
    return null;
  }
}
