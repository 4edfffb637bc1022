import { createPrivateKey, generateKeyPairSync, randomBytes, sign as signWith } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { base64Secret, json, type Sender, type SignInput, seconds } from './sender.ts';

type Signer = (input: { secret: string; id: string; nowMs: number; body: Buffer }) => string;

const whole = (nowMs: number) => new Date(Math.floor(nowMs / 1000) * 1000);

const reference: Signer = ({ secret, id, nowMs, body }) =>
  new Webhook(secret).sign(id, whole(nowMs), body.toString());

const svixLibrary: Signer = ({ secret, id, nowMs, body }) =>
  new SvixWebhook(secret).sign(id, whole(nowMs), body.toString());

/** In `whsk_` are the seed and the public key; a signature needs the seed alone. */
const asymmetric: Signer = ({ secret, id, nowMs, body }) => {
  const seed = Buffer.from(secret.replace('whsk_', ''), 'base64').subarray(0, 32);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const signed = Buffer.concat([Buffer.from(`${id}.${seconds(nowMs)}.`), body]);
  return `v1a,${signWith(null, signed, key).toString('base64')}`;
};

interface Flavour {
  sign: Signer;
  prefix: 'webhook' | 'svix';
  id: string;
  body: unknown;
  headers?: Record<string, string>;
}

function signed({ sign, prefix, id, body: example, headers = {} }: Flavour) {
  return async ({ url, secret, nowMs, body = json(example) }: SignInput) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      ...headers,
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: seconds(nowMs),
      [`${prefix}-signature`]: sign({ secret, id, nowMs, body }),
    },
    body,
  });
}

const required = (prefix: string) => ({
  [`${prefix}-signature`]: 'missing_credential',
  [`${prefix}-timestamp`]: 'missing_timestamp',
  [`${prefix}-id`]: 'missing_signed_header',
});

const COMMON = { toleranceSeconds: 300, coversWholeBody: true } as const;
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';

export const standardwebhooks: Sender = {
  ...COMMON,
  evidence: 'sdk',
  makeKeys: base64Secret(24, 'whsec_'),
  signature: 'webhook-signature',
  required: required('webhook'),
  forgery: ['"contact.created"', '"contact.deleted"'],
  eventId: ID,
  eventType: 'contact.created',
  sign: signed({
    sign: reference,
    prefix: 'webhook',
    id: ID,
    body: {
      type: 'contact.created',
      timestamp: '2022-11-03T20:26:10.344522Z',
      data: { id: '1f81eb52-5198-4599-803e-771906343485', name: 'Zoë' },
    },
  }),
};

export const standardwebhooks_v1a: Sender = {
  ...COMMON,
  evidence: 'published_vector',
  makeKeys() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    return {
      signing: `whsk_${Buffer.concat([seed, point]).toString('base64')}`,
      verifying: `whpk_${point.toString('base64')}`,
    };
  },
  signature: 'webhook-signature',
  required: required('webhook'),
  forgery: ['"invoice.paid"', '"invoice.void"'],
  eventId: ID,
  eventType: 'invoice.paid',
  sign: signed({
    sign: asymmetric,
    prefix: 'webhook',
    id: ID,
    body: { type: 'invoice.paid', timestamp: '2022-11-03T20:26:10.344522Z', data: { amount: 1999 } },
  }),
};

export const svix: Sender = {
  ...COMMON,
  evidence: 'sdk',
  makeKeys: base64Secret(24, 'whsec_'),
  signature: 'svix-signature',
  required: required('svix'),
  forgery: ['"invoice.paid"', '"invoice.void"'],
  eventId: 'msg_2b8ZkQ1nmhFzYqWYxLx1dAzmB0s',
  eventType: 'invoice.paid',
  sign: signed({
    sign: svixLibrary,
    prefix: 'svix',
    id: 'msg_2b8ZkQ1nmhFzYqWYxLx1dAzmB0s',
    headers: { 'User-Agent': 'Svix-Webhooks/1.24.0' },
    body: { type: 'invoice.paid', id: 'invoice_WF7WtCLFFtd8ubcTgboSFNql', status: 'paid', attempt: 2 },
  }),
};

export const clerk: Sender = {
  ...COMMON,
  evidence: 'sdk',
  makeKeys: base64Secret(24, 'whsec_'),
  signature: 'svix-signature',
  required: required('svix'),
  forgery: ['"user.created"', '"user.deleted"'],
  eventId: 'msg_2jbaXYZ8e1fP3rXyP0nQpYkd7sE',
  eventType: 'user.created',
  sign: signed({
    sign: svixLibrary,
    prefix: 'svix',
    id: 'msg_2jbaXYZ8e1fP3rXyP0nQpYkd7sE',
    headers: { 'User-Agent': 'Svix-Webhooks/1.24.0' },
    body: { data: { id: 'user_29w83sxmDNGwOuEthce5gg56FcC' }, object: 'event', type: 'user.created' },
  }),
};

export const openai: Sender = {
  ...COMMON,
  evidence: 'sdk',
  makeKeys: base64Secret(24, 'whsec_'),
  signature: 'webhook-signature',
  required: required('webhook'),
  forgery: ['"response.completed"', '"response.cancelled"'],
  eventId: 'wh_685342e6c53c8190a1be43f081506c52',
  eventType: 'response.completed',
  sign: signed({
    sign: reference,
    prefix: 'webhook',
    id: 'wh_685342e6c53c8190a1be43f081506c52',
    headers: { 'User-Agent': 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)' },
    body: {
      id: 'evt_685343a1381c819085d44c354e1b330e',
      object: 'event',
      created_at: 1750287018,
      type: 'response.completed',
      data: { id: 'resp_68534345b8e8' },
    },
  }),
};

/** GitLab signs as the Standard Webhooks specification says, with 32 bytes. */
export const gitlab_signing: Sender = {
  ...COMMON,
  evidence: 'sdk',
  makeKeys: () => {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    return { signing: secret, verifying: secret };
  },
  signature: 'webhook-signature',
  required: required('webhook'),
  forgery: ['"push"', '"pull"'],
  eventId: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
  eventType: 'Push Hook',
  sign: signed({
    sign: reference,
    prefix: 'webhook',
    id: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
    headers: {
      'User-Agent': 'GitLab/18.5.0',
      'X-Gitlab-Event': 'Push Hook',
      'Idempotency-Key': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
    },
    body: { object_kind: 'push', ref: 'refs/heads/master', project_id: 15 },
  }),
};
