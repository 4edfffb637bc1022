import { createHash, randomUUID } from 'node:crypto';
import { base64, json, type Sender, shared, USUAL } from './sender.ts';

const EVENTS = json([
  {
    eventId: 1,
    subscriptionId: 12345,
    portalId: 62515,
    occurredAt: 1564113600000,
    subscriptionType: 'contact.creation',
    attemptNumber: 0,
    objectId: 123,
    changeSource: 'CRM',
    changeFlag: 'NEW',
    appId: 54321,
  },
]);

const COMMON = {
  makeKeys: shared(() => randomUUID()),
  forgery: ['"objectId":123', '"objectId":124'],
  method: 'POST',
} as const;

/** The only escapes that are decoded before the URL is signed; `%20` and the rest stay. */
const DECODED: Record<string, string> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

export const hubspotUrl = (url: string): string =>
  Object.entries(DECODED).reduce((text, [escaped, character]) => text.replaceAll(escaped, character), url);

const sha256 = (...parts: (string | Buffer)[]) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest('hex');

export const hubspot_v3: Sender = {
  evidence: 'published_vector',
  toleranceSeconds: 300,
  coversWholeBody: true,
  makeKeys: COMMON.makeKeys,
  signature: 'x-hubspot-signature-v3',
  required: {
    'x-hubspot-signature-v3': 'missing_credential',
    'x-hubspot-request-timestamp': 'missing_timestamp',
  },
  forgery: COMMON.forgery,
  eventId: '1',
  eventType: 'contact.creation',
  sign: async ({ url, secret, nowMs, body = EVENTS }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      'X-HubSpot-Signature-Version': 'v1',
      'X-HubSpot-Signature': sha256(secret, body),
      'X-HubSpot-Request-Timestamp': String(nowMs),
      'X-HubSpot-Signature-v3': base64(secret, 'POST', hubspotUrl(url), body, String(nowMs)),
    },
    body,
  }),
};

export const hubspot_v1: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: COMMON.makeKeys,
  signature: 'x-hubspot-signature',
  required: { 'x-hubspot-signature': 'missing_credential' },
  forgery: COMMON.forgery,
  sign: async ({ url, secret, body = EVENTS }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      'X-HubSpot-Signature-Version': 'v1',
      'X-HubSpot-Signature': sha256(secret, body),
    },
    body,
  }),
};

export const hubspot_v2: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: COMMON.makeKeys,
  signature: 'x-hubspot-signature',
  required: { 'x-hubspot-signature': 'missing_credential' },
  forgery: COMMON.forgery,
  sign: async ({ url, secret, body = EVENTS }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      'X-HubSpot-Signature-Version': 'v2',
      'X-HubSpot-Signature': sha256(secret, 'POST', url, body),
    },
    body,
  }),
};
