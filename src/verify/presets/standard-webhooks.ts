import type { SignatureDescription } from '../../domain/signature-description.ts';
import { type Preset, preset } from './preset.ts';

const V1: SignatureDescription = {
  header: 'webhook-signature',
  format: 'list',
  separator: ' ',
  prefix: 'v1,',
  encoding: 'base64',
  payload: '{header:webhook-id}.{timestamp}.{body}',
  timestampHeader: 'webhook-timestamp',
  secretEncoding: 'base64',
  secretPrefix: 'whsec_',
};

const SVIX: SignatureDescription = {
  ...V1,
  header: 'svix-signature',
  payload: '{header:svix-id}.{timestamp}.{body}',
  timestampHeader: 'svix-timestamp',
  headerAlias: { from: 'svix-', to: 'webhook-' },
};

const given = (where: string): Preset['secret'] => ({
  kind: 'given',
  paste: `Paste here the signing secret, whsec_ included, ${where}.`,
});

const BOTH_NAMES = 'Its headers begin with svix- or with webhook-.';

/** Senders that follow the specification of Standard Webhooks. */
export const STANDARD_WEBHOOKS = {
  standardwebhooks: preset({
    title: 'Standard Webhooks',
    scheme: V1,
    secret: given('from the sender'),
    eventId: 'header:webhook-id',
    eventType: 'json:type',
    answerWithinSeconds: 15,
    quirks: ['Whatever is not 2xx is a failure; 410 disables the endpoint.'],
    evidence: 'sdk',
  }),
  standardwebhooks_v1a: preset({
    title: 'Standard Webhooks, asymmetric',
    scheme: { ...V1, prefix: 'v1a,', algorithm: 'ed25519', secretPrefix: 'whpk_' },
    secret: { kind: 'public_key', paste: 'Paste here the public key of the sender, whpk_ included.' },
    eventId: 'header:webhook-id',
    eventType: 'json:type',
    answerWithinSeconds: 15,
    quirks: ['Whatever is not 2xx is a failure; 410 disables the endpoint.'],
    evidence: 'published_vector',
  }),
  svix: preset({
    title: 'Svix',
    scheme: SVIX,
    secret: given('of the endpoint'),
    eventId: 'header:svix-id,webhook-id',
    eventType: 'json:type',
    answerWithinSeconds: 15,
    quirks: [BOTH_NAMES],
    evidence: 'sdk',
  }),
  clerk: preset({
    title: 'Clerk',
    scheme: SVIX,
    secret: given('of the endpoint, under Configure > Webhooks'),
    eventId: 'header:svix-id,webhook-id',
    eventType: 'json:type',
    answerWithinSeconds: 15,
    quirks: [BOTH_NAMES],
    evidence: 'sdk',
  }),
  openai: preset({
    title: 'OpenAI',
    scheme: V1,
    secret: given('shown once when the webhook is made, under Settings > Project > Webhooks'),
    eventId: 'header:webhook-id',
    eventType: 'json:type',
    evidence: 'sdk',
  }),
  gitlab_signing: preset({
    title: 'GitLab, signing token',
    scheme: V1,
    secret: {
      kind: 'chosen',
      paste:
        'Choose a signing token (whsec_ and the base64 of 32 bytes; or paste here the one that GitLab made) and have the same one at the webhook, under Settings > Webhooks.',
    },
    eventId: 'header:webhook-id',
    eventType: 'header:x-gitlab-event',
    answerWithinSeconds: 10,
    quirks: ['Disables the webhook after repeated failures.'],
    evidence: 'sdk',
  }),
} satisfies Record<string, Preset>;
