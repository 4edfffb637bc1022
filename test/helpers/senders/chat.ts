import { createPrivateKey, generateKeyPairSync, randomBytes, sign as signWith } from 'node:crypto';
import { base64, hex, hexSecret, json, type Sender, seconds, shared, USUAL } from './sender.ts';

const MISSING = 'missing_credential';

export const slack: Sender = {
  evidence: 'published_vector',
  toleranceSeconds: 300,
  coversWholeBody: true,
  makeKeys: hexSecret(16),
  signature: 'x-slack-signature',
  required: { 'x-slack-signature': MISSING, 'x-slack-request-timestamp': 'missing_timestamp' },
  forgery: ['"U061F7AUR"', '"U061F7AUS"'],
  eventId: 'Ev0PV52K21',
  eventType: 'reaction_added',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      token: 'XXYYZZ',
      team_id: 'T061EG9R6',
      api_app_id: 'A0PNCHHK2',
      event: {
        type: 'reaction_added',
        user: 'U061F7AUR',
        reaction: 'thumbsup',
        event_ts: '1360782804.083113',
      },
      type: 'event_callback',
      event_id: 'Ev0PV52K21',
      event_time: 1355517523,
    }),
  }) {
    const timestamp = seconds(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'Content-Type': 'application/json',
        'X-Slack-Request-Timestamp': timestamp,
        'X-Slack-Signature': `v0=${hex(secret, `v0:${timestamp}:`, body)}`,
      },
      body,
    };
  },
};

/** Signs with the application's private key; its public key is on the application's page, in hex. */
export const discord: Sender = {
  evidence: 'sdk',
  toleranceSeconds: null,
  coversWholeBody: true,
  makeKeys() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      signing: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      verifying: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    };
  },
  signature: 'x-signature-ed25519',
  required: { 'x-signature-ed25519': MISSING, 'x-signature-timestamp': 'missing_timestamp' },
  forgery: ['"cardboard"', '"gold-bars"'],
  eventId: '786008729715212338',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      application_id: '775799577604522054',
      id: '786008729715212338',
      token: 'A_UNIQUE_TOKEN',
      type: 2,
      version: 1,
      data: { id: '771825006014889984', name: 'blep', options: [{ name: 'animal', value: 'cardboard' }] },
    }),
  }) {
    const timestamp = seconds(nowMs);
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'Discord-Interactions/1.0 (+https://discord.com)',
        'Content-Type': 'application/json',
        'X-Signature-Timestamp': timestamp,
        'X-Signature-Ed25519': signWith(null, signed, createPrivateKey(secret)).toString('hex'),
      },
      body,
    };
  },
};

export const telegram: Sender = {
  evidence: 'documentation',
  toleranceSeconds: null,
  coversWholeBody: false,
  makeKeys: shared(() => randomBytes(24).toString('base64url')),
  signature: 'x-telegram-bot-api-secret-token',
  required: { 'x-telegram-bot-api-secret-token': MISSING },
  forgery: null,
  eventId: '10000',
  sign: async ({
    url,
    secret,
    body = json({
      update_id: 10000,
      message: { message_id: 1365, date: 1441645532, chat: { id: 1111111 }, text: '/start' },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': secret },
    body,
  }),
};

export const line: Sender = {
  ...USUAL,
  evidence: 'sdk',
  makeKeys: hexSecret(16),
  signature: 'x-line-signature',
  required: { 'x-line-signature': MISSING },
  forgery: ['"follow"', '"unfollow"'],
  sign: async ({
    url,
    secret,
    body = json({
      destination: 'U8e742f61d673b39c7fff3cecb7536ef0',
      events: [{ type: 'follow', webhookEventId: '01FZ74A0TDDPYRVKNK77XKC3ZR', mode: 'active' }],
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'LineBotWebhook/2.0',
      'x-line-signature': base64(secret, body),
    },
    body,
  }),
};

/** Meta signs the bytes that it sends, in which everything beyond ASCII is escaped and so is every slash. */
export const meta: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(16),
  signature: 'x-hub-signature-256',
  required: { 'x-hub-signature-256': MISSING },
  forgery: ['ol\\u00e1', 'ol\\u00e2'],
  eventType: 'whatsapp_business_account',
  sign: async ({
    url,
    secret,
    body = Buffer.from(
      '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages",' +
        '"value":{"messages":[{"id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgAS","text":{"body":"ol\\u00e1 https:\\/\\/a.example"}}]}}]}]}',
    ),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'facebookexternalua',
      'Content-Type': 'application/json',
      'X-Hub-Signature-256': `sha256=${hex(secret, body)}`,
    },
    body,
  }),
};

export const zoom: Sender = {
  evidence: 'documentation',
  toleranceSeconds: 300,
  coversWholeBody: true,
  makeKeys: shared(() => randomBytes(16).toString('base64url')),
  signature: 'x-zm-signature',
  required: { 'x-zm-signature': MISSING, 'x-zm-request-timestamp': 'missing_timestamp' },
  forgery: ['"meeting.started"', '"meeting.stopped"'],
  eventType: 'meeting.started',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      event: 'meeting.started',
      event_ts: 1626230691572,
      payload: { account_id: 'AAAAAABBBB', object: { id: '1234567890', topic: 'My Meeting', type: 8 } },
    }),
  }) {
    const timestamp = seconds(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'Zoom Marketplace/1.0a',
        'Content-Type': 'application/json; charset=utf-8',
        'x-zm-request-timestamp': timestamp,
        'x-zm-signature': `v0=${hex(secret, `v0:${timestamp}:`, body)}`,
      },
      body,
    };
  },
};

/** RFC 3339 with nanoseconds; the text is signed as it is. */
const nanoseconds = (nowMs: number) => new Date(nowMs).toISOString().replace('Z', '234626Z');

export const twitch: Sender = {
  evidence: 'documentation',
  toleranceSeconds: 600,
  coversWholeBody: true,
  makeKeys: hexSecret(16),
  signature: 'twitch-eventsub-message-signature',
  required: {
    'twitch-eventsub-message-signature': MISSING,
    'twitch-eventsub-message-timestamp': 'missing_timestamp',
    'twitch-eventsub-message-id': 'missing_signed_header',
  },
  forgery: ['"1337"', '"1338"'],
  eventId: 'e76c6bd4-55c9-4987-8304-da1588d8988b',
  eventType: 'channel.follow',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      subscription: { id: 'f1c2a387-161a-49f9-a165-0f21d7a4e1c4', type: 'channel.follow', version: '2' },
      event: { user_id: '1337', user_login: 'awesome_user', broadcaster_user_id: '12826' },
    }),
  }) {
    const id = 'e76c6bd4-55c9-4987-8304-da1588d8988b';
    const timestamp = nanoseconds(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'Twitch-Eventsub-Message-Id': id,
        'Twitch-Eventsub-Message-Retry': '0',
        'Twitch-Eventsub-Message-Type': 'notification',
        'Twitch-Eventsub-Message-Timestamp': timestamp,
        'Twitch-Eventsub-Subscription-Type': 'channel.follow',
        'Twitch-Eventsub-Message-Signature': `sha256=${hex(secret, id, timestamp, body)}`,
      },
      body,
    };
  },
};
