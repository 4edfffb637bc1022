import { type Static, Type } from 'typebox';
import { AlertRules } from '../../domain/alerts.ts';
import { Handshake, ProviderName } from '../../domain/providers.ts';
import { SignatureDescription } from '../../domain/signature-description.ts';
import { AuthType, Dedup, RateLimit, Success, WebhookConfig } from '../../domain/webhook-config.ts';
import { HeaderField, Id, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/workflows.ts';
import { Text } from './text.ts';

const settings = {
  enabled: Type.Optional(Type.Boolean()),
  authType: Type.Optional(AuthType),
  ...WebhookConfig.properties,
  ipAllowlist: Type.Optional(Nullable(WebhookConfig.properties.ipAllowlist)),
};

/** What PATCH takes: what is left out stays, null takes a setting away. */
export const WebhookChanges = Type.Object(settings, {
  title: 'WebhookChanges',
  additionalProperties: false,
  minProperties: 1,
  examples: [examples.webhookChanges],
});
export type WebhookChanges = Static<typeof WebhookChanges>;

const Secret = Text({
  minLength: 1,
  maxLength: 1_000,
  description:
    'A secret of your own, or the one that the sender made, or its public key. Generated when left out, where that can be of use.',
});

/** What a new workflow's `webhook` takes. */
export const WebhookInput = Type.Object(
  { ...settings, secret: Type.Optional(Secret) },
  {
    title: 'WebhookInput',
    additionalProperties: false,
    description:
      'Enabled unless `enabled` is false; without `authType` it is `hmac` with a generated secret. For a provider that makes the secret itself, bring it along or give it later: until then everything is refused.',
  },
);
export type WebhookInput = Static<typeof WebhookInput>;

const SecretInfo = Type.Object(
  {
    id: Id,
    createdAt: Timestamp,
    expiresAt: Nullable(Timestamp),
    lastUsedAt: Nullable(Timestamp),
  },
  { title: 'SecretInfo' },
);

const Sender = Type.Object(
  {
    title: Type.String(),
    paste: Type.String({ description: 'Which secret goes where.' }),
    needsPublicUrl: Type.Boolean({
      description: 'The URL is signed: `url` has to be the one that the sender was given, to the letter.',
    }),
    answerWithinSeconds: Nullable(
      Type.Number({
        description: 'How long it waits: by then it is answered 503 when nothing could be stored.',
      }),
    ),
  },
  { title: 'WebhookSender' },
);

export const WebhookSettings = Type.Object(
  {
    enabled: Type.Boolean(),
    url: Type.String({ description: 'Where to send webhooks.' }),
    authType: AuthType,
    hmac: Nullable(SignatureDescription),
    provider: Nullable(ProviderName),
    sender: Nullable(Sender),
    missing: Type.Array(Type.Enum(['secret', 'verifyToken'], { type: 'string' }), {
      description:
        'What has yet to be given before the sender can send. Asana gives its secret itself, with its handshake.',
    }),
    handshake: Handshake,
    verifyTokenSet: Type.Boolean({ description: 'The token itself is never shown.' }),
    dedup: Dedup,
    success: Nullable(Success),
    alerts: Nullable({
      ...AlertRules,
      description: 'What was set for this webhook; null: as the service has it by default (`ALERT_…`).',
    }),
    rateLimit: Nullable(RateLimit),
    maxBodyBytes: Nullable(Type.Integer({ description: 'null: the limit of the service.' })),
    ipAllowlist: Type.Array(Type.String(), { description: 'Empty: every address.' }),
    payloadSchema: Type.Unknown({ description: 'A JSON Schema; null: every body.' }),
    publicUrl: Nullable(Type.String()),
    secrets: Type.Array(SecretInfo, { description: 'The secrets that verify now, newest first.' }),
    secret: Type.Optional(Type.String({ description: 'Only in the answer to the call that generated it.' })),
    curl: Type.String({
      description:
        'Sends a correct webhook from a shell in which SECRET is set. Empty: no shell can sign like this sender.',
    }),
  },
  {
    title: 'WebhookSettings',
    description:
      'How a webhook is verified, limited, answered and reached: what holds now, whether it was set or comes with the provider.',
    examples: [examples.webhookSettings],
  },
);
export type WebhookSettings = Static<typeof WebhookSettings>;

const MAX_OVERLAP_SECONDS = 30 * 86_400;

export const OverlapSeconds = Type.Integer({
  minimum: 0,
  maximum: MAX_OVERLAP_SECONDS,
  description: 'How long the secrets of before go on verifying. 0, the default: not at all.',
});

export const SecretRotation = Type.Object(
  {
    secret: Type.Optional(Secret),
    overlapSeconds: Type.Optional(OverlapSeconds),
  },
  { title: 'SecretRotation', additionalProperties: false, examples: [examples.secretRotation] },
);

export const SecretRotated = Type.Object(
  {
    id: Id,
    secret: Type.String({ description: 'Shown this once.' }),
    previousExpiresAt: Nullable(Timestamp),
  },
  { title: 'SecretRotated', description: 'The new secret.', examples: [examples.secretRotated] },
);

/** A header value as it arrives, without what is trimmed on its way. */
const HeaderValue = Type.String({ maxLength: 1_000, pattern: '^(?:[!-~](?:[\\t -~]*[!-~])?)?$' });

export const WebhookTest = Type.Object(
  {
    body: Type.Optional(
      Type.Unknown({ description: 'Any JSON, sent as it is written here. A small sample when left out.' }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), HeaderValue, {
        additionalProperties: false,
        maxProperties: 50,
        description:
          'Sent too, `content-type` included. Not those of the connection, the signature or the credential.',
      }),
    ),
  },
  { title: 'WebhookTest', additionalProperties: false, examples: [examples.webhookTest] },
);
export type WebhookTest = Static<typeof WebhookTest>;

const Headers = Type.Array(HeaderField);

export const WebhookTested = Type.Object(
  {
    request: Type.Object({
      method: Type.Literal('POST'),
      url: Type.String(),
      headers: Headers,
      body: Type.String({ description: 'The exact text: what a signature is made from.' }),
    }),
    response: Type.Object({
      status: Type.Integer(),
      headers: Headers,
      body: Type.Unknown({ description: 'As JSON when it is, else as text.' }),
    }),
    logId: Nullable({ ...Id, description: 'Of what was stored; null: it was refused.' }),
    executionId: Nullable({ ...Id, description: 'What it started; null: it was refused.' }),
  },
  {
    title: 'WebhookTested',
    description: 'What was sent, and what was answered to it.',
    examples: [examples.webhookTested],
  },
);
export type WebhookTested = Static<typeof WebhookTested>;
