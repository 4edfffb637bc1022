import { type Preset, preset } from './preset.ts';

const GIVEN = (what: string): Preset['secret'] => ({ kind: 'given', paste: `Paste here ${what}.` });
const CLIENT_SECRET = GIVEN('the client secret of the app, under Auth');
const BATCH = 'One request brings a batch of events, whose ids overlap in part: it is not deduplicated.';
const PUBLIC_URL = 'The URL is signed: the public URL here has to be the one that is entered there.';

/** Tokens, public keys, signed URLs, signatures inside the body. */
export const PARTICULAR = {
  gitlab_token: preset({
    title: 'GitLab, secret token',
    scheme: { header: 'x-gitlab-token', algorithm: 'token' },
    secret: {
      kind: 'chosen',
      paste:
        'Choose a token (or let one be generated here) and enter the same one as the secret token of the webhook, under Settings > Webhooks.',
    },
    eventId: 'header:idempotency-key',
    eventType: 'header:x-gitlab-event',
    answerWithinSeconds: 10,
    quirks: [
      'The body is not signed: whoever sees the token can send anything. gitlab_signing is better.',
      'Disables the webhook after repeated failures.',
    ],
  }),
  telegram: preset({
    title: 'Telegram bot',
    scheme: { header: 'x-telegram-bot-api-secret-token', algorithm: 'token' },
    secret: {
      kind: 'chosen',
      paste:
        'Choose a token of letters, digits, _ and - (or let one be generated here) and name it as secret_token when you call setWebhook.',
    },
    eventId: 'json:update_id',
    quirks: ['The body is not signed: whoever sees the token can send anything.'],
  }),
  hubspot_v1: preset({
    title: 'HubSpot, signature v1',
    scheme: {
      header: 'x-hubspot-signature',
      algorithm: 'sha256-plain',
      payload: '{secret}{body}',
      prefix: '',
    },
    secret: CLIENT_SECRET,
    answerWithinSeconds: 5,
    quirks: ['A hash without HMAC: use hubspot_v3 where it is sent.', BATCH],
    evidence: 'published_vector',
  }),
  hubspot_v2: preset({
    title: 'HubSpot, signature v2',
    scheme: {
      header: 'x-hubspot-signature',
      algorithm: 'sha256-plain',
      payload: '{secret}{method}{url}{body}',
      prefix: '',
    },
    secret: CLIENT_SECRET,
    answerWithinSeconds: 5,
    quirks: ['A hash without HMAC: use hubspot_v3 where it is sent.', PUBLIC_URL],
    evidence: 'published_vector',
  }),
  hubspot_v3: preset({
    title: 'HubSpot, signature v3',
    scheme: {
      header: 'x-hubspot-signature-v3',
      encoding: 'base64',
      prefix: '',
      payload: '{method}{url:decoded}{body}{timestamp}',
      timestampHeader: 'x-hubspot-request-timestamp',
      timestampUnit: 'ms',
    },
    secret: CLIENT_SECRET,
    eventId: 'json:[].eventId',
    dedupByDefault: false,
    eventType: 'json:[].subscriptionType',
    answerWithinSeconds: 5,
    quirks: [BATCH, PUBLIC_URL],
    evidence: 'published_vector',
  }),
  square: preset({
    title: 'Square',
    scheme: {
      header: 'x-square-hmacsha256-signature',
      encoding: 'base64',
      prefix: '',
      payload: '{url}{body}',
    },
    secret: GIVEN('the signature key of the webhook subscription, from the developer console'),
    eventId: 'json:event_id',
    eventType: 'json:type',
    answerWithinSeconds: 10,
    quirks: [PUBLIC_URL],
    evidence: 'published_vector',
  }),
  trello: preset({
    title: 'Trello',
    scheme: {
      header: 'x-trello-webhook',
      algorithm: 'sha1',
      encoding: 'base64',
      prefix: '',
      payload: '{body}{url}',
    },
    secret: GIVEN('the secret of the Power-Up (the API secret, not the key), from the admin page'),
    eventId: 'json:action.id',
    eventType: 'json:action.type',
    quirks: [PUBLIC_URL, 'A HEAD request has to be answered with 200 when the webhook is made.'],
  }),
  mailgun: preset({
    title: 'Mailgun',
    scheme: {
      jsonPath: 'signature.signature',
      prefix: '',
      payload: '{timestamp}{json:signature.token}',
      timestampPath: 'signature.timestamp',
      toleranceSeconds: null,
    },
    secret: GIVEN('the HTTP webhook signing key, under Settings > API security'),
    eventId: 'json:signature.token',
    eventType: 'json:event-data.event',
    quirks: [
      'The event itself is not signed, only a token: tokens are remembered, so that one serves once.',
      '406 ends the retries.',
    ],
    evidence: 'published_vector',
  }),
  sendgrid: preset({
    title: 'SendGrid Event Webhook',
    scheme: {
      header: 'x-twilio-email-event-webhook-signature',
      algorithm: 'ecdsa-p256',
      encoding: 'base64',
      prefix: '',
      payload: '{timestamp}{body}',
      timestampHeader: 'x-twilio-email-event-webhook-timestamp',
      toleranceSeconds: null,
      secretEncoding: 'base64',
    },
    secret: {
      kind: 'public_key',
      paste: 'Paste here the verification key, under Mail Settings > Event Webhook > Security features.',
    },
    eventId: 'json:[].sg_event_id',
    dedupByDefault: false,
    eventType: 'json:[].event',
    quirks: [BATCH, 'The line ends of the body are part of what is signed.', 'Retries for 24 hours.'],
    evidence: 'sdk',
  }),
  discord: preset({
    title: 'Discord',
    scheme: {
      header: 'x-signature-ed25519',
      algorithm: 'ed25519',
      encoding: 'hex',
      prefix: '',
      payload: '{timestamp}{body}',
      timestampHeader: 'x-signature-timestamp',
      toleranceSeconds: null,
      secretEncoding: 'hex',
    },
    secret: { kind: 'public_key', paste: 'Paste here the public key of the app, under General Information.' },
    eventId: 'json:id',
    eventType: 'json:event.type',
    handshake: 'discord',
    success: { status: 204 },
    answerWithinSeconds: 3,
    quirks: ['When the URL is saved it sends a wrong signature too, which has to be answered with 401.'],
    evidence: 'sdk',
  }),
  twilio: preset({
    title: 'Twilio',
    scheme: 'twilio',
    secret: GIVEN('the auth token of the account (the primary one), from the console'),
    // MessageSid and CallSid repeat for every status.
    eventId: 'header:i-twilio-idempotency-token',
    dedupByDefault: false,
    answerWithinSeconds: 15,
    needsPublicUrl: true,
    quirks: [PUBLIC_URL, 'MessageSid repeats for every status of a message: it is no id of an event.'],
    evidence: 'sdk',
  }),
  adyen_standard: preset({
    title: 'Adyen, standard webhook',
    scheme: 'adyen_standard',
    secret: GIVEN('the HMAC key of the webhook, under Developers > Webhooks > Security; it is hex'),
    eventId:
      'json:notificationItems.[].NotificationRequestItem.pspReference+notificationItems.[].NotificationRequestItem.eventCode',
    dedupByDefault: false,
    eventType: 'json:notificationItems.[].NotificationRequestItem.eventCode',
    success: { status: 200, body: '[accepted]' },
    quirks: [
      'Eight fields of each item are signed, not the whole body.',
      'The answer has to be [accepted].',
      'Items are a batch, and one may come again with other contents: it is not deduplicated.',
    ],
    evidence: 'published_vector',
  }),
  aws_sns: preset({
    title: 'Amazon SNS',
    scheme: 'aws_sns',
    secret: {
      kind: 'given',
      paste:
        'Paste here the ARN of the topic: AWS signs for every topic of every account, so only the ARN says that it is yours.',
    },
    eventId: 'json:MessageId',
    eventType: 'json:Type',
    handshake: 'aws_sns',
    answerWithinSeconds: 15,
    quirks: [
      'JSON is sent as text/plain.',
      'Raw message delivery has no signature and is refused.',
      'The certificate is fetched from AWS, and kept.',
    ],
  }),
} satisfies Record<string, Preset>;
