import { createPrivateKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { hex, hexSecret, json, type Sender, seconds } from './sender.ts';

const MISSING = 'missing_credential';

/** The signature in the body covers its own timestamp and token, and nothing of the event. */
export const mailgun: Sender = {
  evidence: 'published_vector',
  toleranceSeconds: null,
  coversWholeBody: false,
  makeKeys: hexSecret(16, 'key-'),
  signature: ['signature', 'signature'],
  required: {},
  forgery: [
    '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6',
    '6egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6',
  ],
  eventId: '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6',
  eventType: 'delivered',
  async sign({ url, secret, nowMs, body }) {
    const timestamp = seconds(nowMs);
    const token = '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6';
    return {
      method: 'POST',
      url,
      headers: { 'User-Agent': 'mailgun/treq-20.9.0', 'Content-Type': 'application/json' },
      body:
        body ??
        json({
          signature: { token, timestamp, signature: hex(secret, timestamp, token) },
          'event-data': { event: 'delivered', id: 'CPgfbmQMTCKtHW6uIWtuVe', recipient: 'alice@example.com' },
        }),
    };
  },
};

/** ECDSA on P-256; the public key is pasted as SendGrid shows it: base64 of the SPKI, without PEM lines. */
export const sendgrid: Sender = {
  evidence: 'sdk',
  toleranceSeconds: null,
  coversWholeBody: true,
  makeKeys() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      signing: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      verifying: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    };
  },
  signature: 'x-twilio-email-event-webhook-signature',
  required: {
    'x-twilio-email-event-webhook-signature': MISSING,
    'x-twilio-email-event-webhook-timestamp': 'missing_timestamp',
  },
  forgery: ['"dropped"', '"deliverd"'],
  eventId: 'ZGVsaXZlcmVkLTAtMTQwNTU',
  eventType: 'dropped',
  async sign({ url, secret, nowMs, body = SENDGRID_BATCH }) {
    const timestamp = seconds(nowMs);
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'SendGrid Event API',
        'Content-Type': 'application/json;charset=utf-8',
        'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
        'X-Twilio-Email-Event-Webhook-Signature': signWith(
          'sha256',
          signed,
          createPrivateKey(secret),
        ).toString('base64'),
      },
      body,
    };
  },
};

/** A line for each event, and a line break at the end that is signed as well. */
const SENDGRID_BATCH = Buffer.from(
  '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",' +
    '"sg_event_id":"ZGVsaXZlcmVkLTAtMTQwNTU","timestamp":1600112492}]\r\n',
);
