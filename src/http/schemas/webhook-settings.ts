import { type Static, Type } from 'typebox';
import { AuthType, HmacDescription, RateLimit, WebhookConfig } from '../../domain/webhook-config.ts';
import { Id, Nullable, Timestamp } from './common.ts';
import { Text } from './text.ts';

const settings = {
  enabled: Type.Optional(Type.Boolean()),
  authType: Type.Optional(AuthType),
  ...WebhookConfig.properties,
};

/** What PATCH takes: what is left out stays, null takes a setting away. */
export const WebhookChanges = Type.Object(settings, { additionalProperties: false, minProperties: 1 });
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
    additionalProperties: false,
    description:
      'Enabled unless `enabled` is false; without `authType` it is `hmac` with a generated secret.',
  },
);
export type WebhookInput = Static<typeof WebhookInput>;

const SecretInfo = Type.Object({
  id: Id,
  createdAt: Timestamp,
  expiresAt: Nullable(Timestamp),
  lastUsedAt: Nullable(Timestamp),
});

export const WebhookSettings = Type.Object({
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
});
export type WebhookSettings = Static<typeof WebhookSettings>;

const MAX_OVERLAP_SECONDS = 30 * 86_400;

export const SecretRotation = Type.Object(
  {
    secret: Type.Optional(Secret),
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_OVERLAP_SECONDS,
        description: 'How long the secrets of before go on verifying. 0, the default: not at all.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const SecretRotated = Type.Object({
  id: Id,
  secret: Type.String({ description: 'Shown this once.' }),
  previousExpiresAt: Nullable(Timestamp),
});
