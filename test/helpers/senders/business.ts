import { randomBytes } from 'node:crypto';
import { base64, hex, hexSecret, json, mac, type Sender, seconds, shared, USUAL } from './sender.ts';

const MISSING = 'missing_credential';

export const intercom: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(18),
  signature: 'x-hub-signature',
  required: { 'x-hub-signature': MISSING },
  forgery: ['"user"', '"lead"'],
  eventId: 'notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3',
  eventType: 'conversation.user.created',
  sign: async ({
    url,
    secret,
    body = json({
      type: 'notification_event',
      app_id: 'a86dr8yl',
      id: 'notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3',
      topic: 'conversation.user.created',
      data: { item: { type: 'conversation', id: '1234', source: { author: { type: 'user' } } } },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'intercom-webhooks',
      'Content-Type': 'application/json',
      'X-Hub-Signature': `sha1=${mac({ algorithm: 'sha1', key: secret, encoding: 'hex' }, body)}`,
    },
    body,
  }),
};

/** A prefix as GitHub has it, and then base64. */
export const typeform: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(16),
  signature: 'typeform-signature',
  required: { 'typeform-signature': MISSING },
  forgery: ['"lT4Z3j"', '"lT4Z3k"'],
  eventId: 'LtWXD3crgy',
  eventType: 'form_response',
  sign: async ({
    url,
    secret,
    body = json({
      event_id: 'LtWXD3crgy',
      event_type: 'form_response',
      form_response: { form_id: 'lT4Z3j', token: 'a3a12ec67a1365927098a606107fac15' },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'Typeform Webhooks',
      'Content-Type': 'application/json',
      'Typeform-Signature': `sha256=${base64(secret, body)}`,
    },
    body,
  }),
};

export const calendly: Sender = {
  evidence: 'documentation',
  toleranceSeconds: 180,
  coversWholeBody: true,
  makeKeys: shared(() => randomBytes(32).toString('base64url')),
  signature: 'calendly-webhook-signature',
  required: { 'calendly-webhook-signature': MISSING },
  forgery: ['"active"', '"absent"'],
  eventType: 'invitee.created',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      event: 'invitee.created',
      created_at: '2020-11-23T17:51:19.000000Z',
      payload: { email: 'test@example.com', status: 'active', timezone: 'America/New_York' },
    }),
  }) {
    const t = seconds(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'Calendly-Webhook-Signature': `t=${t},v1=${hex(secret, `${t}.`, body)}`,
      },
      body,
    };
  },
};

/** The callback URL comes after the body. */
export const trello: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(32),
  signature: 'x-trello-webhook',
  required: { 'x-trello-webhook': MISSING },
  forgery: ['"Webhooks"', '"Webhookz"'],
  eventId: '51f9424bcd6e040f3c002412',
  eventType: 'updateBoard',
  sign: async ({
    url,
    secret,
    body = json({
      action: { id: '51f9424bcd6e040f3c002412', type: 'updateBoard', data: { board: { name: 'Webhooks' } } },
      model: { id: '51f9424bcd6e040f3c002412', name: 'Wébhooks' },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Trello-Webhook': mac({ algorithm: 'sha1', key: secret, encoding: 'base64' }, body, url),
    },
    body,
  }),
};

export const zendesk: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: shared(() => randomBytes(30).toString('base64')),
  signature: 'x-zendesk-webhook-signature',
  required: {
    'x-zendesk-webhook-signature': MISSING,
    'x-zendesk-webhook-signature-timestamp': 'missing_timestamp',
  },
  forgery: ['"open"', '"done"'],
  eventId: '01F1KRFQ6BG29CNWFR60NK5FNY',
  async sign({ url, secret, nowMs, body = json({ ticket: { id: '35436', status: 'open' } }) }) {
    const timestamp = new Date(nowMs).toISOString().replace(/\.\d+/, '');
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'Zendesk Webhook',
        'Content-Type': 'application/json; charset=utf-8',
        'X-Zendesk-Account-Id': '123456',
        'X-Zendesk-Webhook-Id': '01F1KRFQ6BG29CNWFR60NK5FNX',
        'X-Zendesk-Webhook-Invocation-Id': '01F1KRFQ6BG29CNWFR60NK5FNY',
        'X-Zendesk-Webhook-Signature-Timestamp': timestamp,
        'X-Zendesk-Webhook-Signature': base64(secret, timestamp, body),
      },
      body,
    };
  },
};

/** One header for each of the account's keys: which of them is ours is not said. */
export const docusign: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: shared(() => randomBytes(32).toString('base64')),
  signature: 'x-docusign-signature-1',
  required: { 'x-docusign-signature-1': MISSING },
  forgery: ['"completed"', '"cancelled"'],
  eventType: 'envelope-completed',
  sign: async ({
    url,
    secret,
    body = json({
      event: 'envelope-completed',
      apiVersion: 'v2.1',
      data: {
        envelopeId: '6d6f8b5e-6d4f-4a34-9f3b-2b9a0b1c2d3e',
        envelopeSummary: { status: 'completed' },
      },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Authorization-Digest': 'HMACSHA256',
      'X-DocuSign-AccountId': 'f5e1ca0d-1b2c-4d5e-8f90-0a1b2c3d4e5f',
      'X-DocuSign-Signature-1': base64(secret, body),
    },
    body,
  }),
};

export const pagerduty: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: shared(() => randomBytes(48).toString('base64')),
  signature: 'x-pagerduty-signature',
  required: { 'x-pagerduty-signature': MISSING },
  forgery: ['"triggered"', '"resolvedd"'],
  eventId: '01DN8YLMMTT5H0ZXV3BH7QKJPA',
  eventType: 'incident.triggered',
  sign: async ({
    url,
    secret,
    body = json({
      event: {
        id: '01DN8YLMMTT5H0ZXV3BH7QKJPA',
        event_type: 'incident.triggered',
        resource_type: 'incident',
        data: { id: 'PGR0VU2', status: 'triggered', title: 'A little bump in the road' },
      },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'PagerDuty-Webhook/V3.0',
      'Content-Type': 'application/json',
      'X-Webhook-Id': 'a9b5f4b0-8d3e-4f0e-9a35-8f1d9f6f7a11',
      'X-PagerDuty-Signature': `v1=${hex(secret, body)}`,
    },
    body,
  }),
};
