import { endpointInput, endpointOnce, trigger } from './endpoints.ts';
import { CREATED_AT, IDS, RECEIVED_AT, WEBHOOK_URL } from './ids.ts';
import { webhookAccepted } from './webhook-logs.ts';

export const hmac = {
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
  payload: '{body}',
};

export const webhookSettings = {
  enabled: true,
  url: WEBHOOK_URL,
  authType: 'hmac',
  hmac,
  provider: null,
  sender: null,
  missing: [],
  handshake: 'none',
  verifyTokenSet: false,
  dedup: { source: 'header:x-github-delivery', windowSeconds: 86_400 },
  success: null,
  alerts: null,
  rateLimit: { max: 100, windowSeconds: 60 },
  maxBodyBytes: 262_144,
  ipAllowlist: ['203.0.113.0/24', '2001:db8::/32'],
  payloadSchema: { type: 'object', required: ['order'] },
  publicUrl: null,
  secrets: [{ id: IDS.secret, createdAt: CREATED_AT, expiresAt: null, lastUsedAt: RECEIVED_AT }],
  curl: [
    `BODY='{"hello":"world"}'`,
    `SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -hex | sed 's/.* //')`,
    `curl -X POST '${WEBHOOK_URL}' -H "x-hub-signature-256: sha256=$SIGNATURE" -H 'content-type: application/json' --data-binary "$BODY"`,
  ].join('\n'),
};

const SECRET = '4c1f7e0d9a6b35e28f40c7d1b9263a58e7f014cd52ab986307de41f89b5c2a60';

/** As the call that generated the secret answers it. */
export const webhookSettingsOnce = { ...webhookSettings, secret: SECRET };

export const workflow = {
  id: IDS.workflow,
  name: 'Orders',
  description: 'New orders of the shop.',
  isActive: true,
  webhook: webhookSettings,
  triggers: [trigger],
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
};

/** As the call that created it answers it. */
export const workflowOnce = {
  ...workflow,
  webhook: {
    ...webhookSettingsOnce,
    secrets: [{ id: IDS.secret, createdAt: CREATED_AT, expiresAt: null, lastUsedAt: null }],
  },
  triggers: [
    {
      ...trigger,
      endpoint: endpointOnce,
    },
  ],
};

export const workflowInput = {
  name: 'Orders',
  description: 'New orders of the shop.',
  webhook: { authType: 'hmac', hmac, rateLimit: { max: 100, windowSeconds: 60 } },
  triggers: [{ endpoint: endpointInput, triggerTypes: ['webhook', 'manual'] }],
};

export const workflowChanges = { name: 'Orders of the shop', isActive: false };

export const webhookChanges = {
  rateLimit: { max: 100, windowSeconds: 60 },
  ipAllowlist: ['203.0.113.0/24'],
  maxBodyBytes: null,
};

export const secretRotation = { overlapSeconds: 86_400 };
export const secretRotated = {
  id: '01991c3b-6e09-7d55-9a02-1c7e84f0b6d2',
  secret: 'b80f4ad2671ce9357d42a1c06e98f3b5217d0ce46fa83b91d5e70284c6a91f3d',
  previousExpiresAt: '2026-03-11T09:30:00.000Z',
};

const sample = '{"hello":"world"}';
export const webhookTest = { body: { hello: 'world' } };
export const webhookTested = {
  request: {
    method: 'POST',
    url: WEBHOOK_URL,
    headers: [
      { name: 'content-type', value: 'application/json' },
      {
        name: 'x-hub-signature-256',
        value: 'sha256=1f6c0a9be4d27835c1a06fb2d94e7738c5b10f2a6d9e8374b60c52e7fa913d08',
      },
    ],
    body: sample,
  },
  response: {
    status: 200,
    headers: [{ name: 'content-type', value: 'application/json; charset=utf-8' }],
    body: webhookAccepted,
  },
  logId: IDS.log,
  executionId: IDS.execution,
};
