import { type Static, Type } from 'typebox';
import { AuthType, HmacDescription, RateLimit, WebhookConfig } from '../../domain/webhook-config.ts';
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
  description: 'A secret of your own; generated when left out.',
});

/** What a new workflow's `webhook` takes. */
export const WebhookInput = Type.Object(
  { ...settings, secret: Type.Optional(Secret) },
  {
    title: 'WebhookInput',
    additionalProperties: false,
    description:
      'Enabled unless `enabled` is false; without `authType` it is `hmac` with a generated secret.',
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

export const WebhookSettings = Type.Object(
  {
    enabled: Type.Boolean(),
    url: Type.String({ description: 'Where to send webhooks.' }),
    authType: AuthType,
    hmac: Nullable(HmacDescription),
    rateLimit: Nullable(RateLimit),
    maxBodyBytes: Nullable(Type.Integer({ description: 'null: the limit of the service.' })),
    ipAllowlist: Type.Array(Type.String(), { description: 'Empty: every address.' }),
    payloadSchema: Type.Unknown({ description: 'A JSON Schema; null: every body.' }),
    publicUrl: Nullable(Type.String()),
    secrets: Type.Array(SecretInfo, { description: 'The secrets that verify now, newest first.' }),
    secret: Type.Optional(Type.String({ description: 'Only in the answer to the call that generated it.' })),
    curl: Type.String({ description: 'Sends a correct webhook from a shell in which SECRET is set.' }),
  },
  {
    title: 'WebhookSettings',
    description: 'How a webhook is verified, limited and reached.',
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
    logId: Nullable(Id),
    executionId: Nullable(Id),
  },
  {
    title: 'WebhookTested',
    description: 'What was sent, and what was answered to it.',
    examples: [examples.webhookTested],
  },
);
export type WebhookTested = Static<typeof WebhookTested>;
