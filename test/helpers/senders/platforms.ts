import { randomBytes } from 'node:crypto';
import { encodeSignatureHeader } from '@sanity/webhook';
import { hex, hexSecret, json, type Sender, seconds, shared } from './sender.ts';

const MISSING = 'missing_credential';

export const mux: Sender = {
  evidence: 'sdk',
  toleranceSeconds: 300,
  coversWholeBody: true,
  makeKeys: hexSecret(16),
  signature: 'mux-signature',
  required: { 'mux-signature': MISSING },
  forgery: ['"ready"', '"error"'],
  eventId: '3a56ac3d-33da-4366-855b-f592d898409d',
  eventType: 'video.asset.ready',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      type: 'video.asset.ready',
      id: '3a56ac3d-33da-4366-855b-f592d898409d',
      data: { id: '0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002', status: 'ready', max_stored_frame_rate: 29.97 },
    }),
  }) {
    const t = seconds(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'Mux-Signature': `t=${t},v1=${hex(secret, `${t}.`, body)}`,
      },
      body,
    };
  },
};

/** Milliseconds, and a space after the comma. */
export const workos: Sender = {
  evidence: 'sdk',
  toleranceSeconds: 180,
  coversWholeBody: true,
  makeKeys: shared(() => randomBytes(19).toString('base64url')),
  signature: 'workos-signature',
  required: { 'workos-signature': MISSING },
  forgery: ['"active"', '"banned"'],
  eventId: 'event_01FKG2CQ2VFZ0E2JQ9Q4Y2A4ZB',
  eventType: 'dsync.user.created',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      id: 'event_01FKG2CQ2VFZ0E2JQ9Q4Y2A4ZB',
      event: 'dsync.user.created',
      created_at: '2021-06-25T19:07:33.155Z',
      data: {
        id: 'directory_user_01FAEAJCR3ZBZ30D8BD1924TVG',
        state: 'active',
        emails: [],
        custom_attributes: {},
        raw_attributes: {},
      },
    }),
  }) {
    const t = String(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'WorkOS-Signature': `t=${t}, v1=${hex(secret, `${t}.`, body)}`,
      },
      body,
    };
  },
};

export const sanity: Sender = {
  evidence: 'sdk',
  toleranceSeconds: null,
  coversWholeBody: true,
  makeKeys: hexSecret(16),
  signature: 'sanity-webhook-signature',
  required: { 'sanity-webhook-signature': MISSING },
  forgery: ['"article"', '"podcast"'],
  async sign({ url, secret, nowMs, body = json({ _id: 'resume', _type: 'article', title: 'Tïtle' }) }) {
    return {
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'sanity-operation': 'create',
        'sanity-webhook-signature': await encodeSignatureHeader(body.toString(), nowMs, secret),
      },
      body,
    };
  },
};
