import { randomBytes } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { hex, hexSecret, json, mac, type Sender, seconds, shared, USUAL } from './sender.ts';

const MISSING = 'missing_credential';

/** Our own default scheme. */
export const generic: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(32, 'whsec_'),
  signature: 'x-webhook-signature',
  required: { 'x-webhook-signature': MISSING },
  forgery: ['"order":42', '"order":43'],
  sign: async ({ url, secret, body = json({ order: 42, note: 'zwei Stück' }) }) => ({
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json', 'X-Webhook-Signature': hex(secret, body) },
    body,
  }),
};

const PULL_REQUEST = json({
  action: 'opened',
  number: 2,
  pull_request: { id: 279147437, title: 'Update the README with new information.', draft: false },
  repository: { id: 186853002, full_name: 'Codertocat/Hello-World' },
  sender: { login: 'Codertocat', id: 21031067 },
});

export const github: Sender = {
  ...USUAL,
  evidence: 'sdk',
  makeKeys: hexSecret(20),
  signature: 'x-hub-signature-256',
  required: { 'x-hub-signature-256': MISSING },
  forgery: ['"opened"', '"closed"'],
  eventId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  eventType: 'pull_request',
  sign: async ({ url, secret, body = PULL_REQUEST }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'GitHub-Hookshot/044aadd',
      'Content-Type': 'application/json',
      'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'X-GitHub-Event': 'pull_request',
      'X-GitHub-Hook-ID': '292430182',
      'X-Hub-Signature': `sha1=${mac({ algorithm: 'sha1', key: secret, encoding: 'hex' }, body)}`,
      'X-Hub-Signature-256': await sign(secret, body.toString()),
    },
    body,
  }),
};

const PUSH = json({
  object_kind: 'push',
  before: '95790bf891e76fee5e1747ab589903a6a1f80f22',
  after: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
  ref: 'refs/heads/master',
  project_id: 15,
});

export const gitlab_token: Sender = {
  evidence: 'documentation',
  toleranceSeconds: null,
  makeKeys: shared(() => randomBytes(24).toString('base64url')),
  signature: 'x-gitlab-token',
  required: { 'x-gitlab-token': MISSING },
  forgery: null,
  coversWholeBody: false,
  eventId: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
  eventType: 'Push Hook',
  sign: async ({ url, secret, body = PUSH }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'GitLab/17.4.0',
      'Idempotency-Key': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
      'X-Gitlab-Event': 'Push Hook',
      'X-Gitlab-Webhook-UUID': '13792a34-cac6-4fda-95a8-c58e00a3954e',
      'X-Gitlab-Event-UUID': '5d9f3bb2-f57b-4e6e-9fac-d9128cd7232f',
      'X-Gitlab-Token': secret,
    },
    body,
  }),
};

export const bitbucket: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: hexSecret(20),
  signature: 'x-hub-signature',
  required: { 'x-hub-signature': MISSING },
  forgery: ['"main"', '"mail"'],
  eventId: 'e8ed8e3b-1a49-4a2e-9a08-3e7a3b8b4f4f',
  eventType: 'repo:push',
  sign: async ({
    url,
    secret,
    body = json({ push: { changes: [{ new: { type: 'branch', name: 'main' } }] } }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'Bitbucket-Webhooks/2.0',
      'Content-Type': 'application/json',
      'X-Request-UUID': 'e8ed8e3b-1a49-4a2e-9a08-3e7a3b8b4f4f',
      'X-Event-Key': 'repo:push',
      'X-Hook-UUID': '3f2b1a90-1f6e-4a2e-9a08-aa7a3b8b4f00',
      'X-Attempt-Number': '1',
      'X-Hub-Signature': `sha256=${hex(secret, body)}`,
    },
    body,
  }),
};

export const jira: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: hexSecret(20),
  signature: 'x-hub-signature',
  required: { 'x-hub-signature': MISSING },
  forgery: ['"JRA-20002"', '"JRA-20003"'],
  eventId: 'bf7a6a32-7b3a-4f0e-9a35-8f1d9f6f7a11',
  eventType: 'jira:issue_updated',
  sign: async ({
    url,
    secret,
    nowMs,
    body = json({
      timestamp: nowMs,
      webhookEvent: 'jira:issue_updated',
      issue: { id: '99291', key: 'JRA-20002' },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Atlassian HttpClient 0.17.3 / JIRA-1001.0.0-SNAPSHOT (100123) / Default',
      'X-Atlassian-Webhook-Identifier': 'bf7a6a32-7b3a-4f0e-9a35-8f1d9f6f7a11',
      'X-Hub-Signature': `sha256=${hex(secret, body)}`,
    },
    body,
  }),
};

export const sentry: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(32),
  signature: 'sentry-hook-signature',
  required: { 'sentry-hook-signature': MISSING },
  forgery: ['"created"', '"ignored"'],
  eventId: '5d4c3e8a9b0f4c2e8d7a6b5c4d3e2f1a',
  eventType: 'issue',
  sign: async ({
    url,
    secret,
    nowMs,
    body = json({
      action: 'created',
      installation: { uuid: '7a485448-a9e2-4c85-8a3c-4f44175783c9' },
      data: { issue: { id: '1170820242', shortId: 'PYTHON-A', culprit: 'app in <module>' } },
      actor: { type: 'application', id: 'sentry', name: 'Sentry' },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'Request-ID': '5d4c3e8a9b0f4c2e8d7a6b5c4d3e2f1a',
      'Sentry-Hook-Resource': 'issue',
      'Sentry-Hook-Timestamp': seconds(nowMs),
      'Sentry-Hook-Signature': hex(secret, body),
    },
    body,
  }),
};

export const vercel: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(12),
  signature: 'x-vercel-signature',
  required: { 'x-vercel-signature': MISSING },
  forgery: ['"production"', '"productoin"'],
  eventId: 'uev_8Hkx3J6nNGW1nCqkJc2Z',
  eventType: 'deployment.created',
  sign: async ({
    url,
    secret,
    nowMs,
    body = json({
      id: 'uev_8Hkx3J6nNGW1nCqkJc2Z',
      type: 'deployment.created',
      createdAt: nowMs,
      region: 'sfo1',
      payload: { target: 'production', deployment: { id: 'dpl_5NFJ', name: 'hook' } },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Vercel Webhooks',
      'X-Vercel-Signature': mac({ algorithm: 'sha1', key: secret, encoding: 'hex' }, body),
    },
    body,
  }),
};

/** Its timestamp is in the body, so it is signed with it. */
export const linear: Sender = {
  evidence: 'sdk',
  toleranceSeconds: 60,
  coversWholeBody: true,
  makeKeys: hexSecret(24, 'lin_wh_'),
  signature: 'linear-signature',
  required: { 'linear-signature': MISSING },
  forgery: ['"create"', '"remove"'],
  eventId: '234d1a4e-b617-4388-90fe-adc3633d6b72',
  eventType: 'Issue',
  sign: async ({
    url,
    secret,
    nowMs,
    body = json({
      action: 'create',
      type: 'Issue',
      data: { id: '2174add1-f7c8-44e3-bbf3-2d60b5ea8bc9', title: 'Naïve – “quoted”', number: 86 },
      webhookTimestamp: nowMs,
      webhookId: '000042e3-d123-4980-b49f-8e140eef9329',
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'Linear-Webhook',
      'Linear-Delivery': '234d1a4e-b617-4388-90fe-adc3633d6b72',
      'Linear-Event': 'Issue',
      'Linear-Timestamp': String(nowMs),
      'Linear-Signature': hex(secret, body),
    },
    body,
  }),
};
