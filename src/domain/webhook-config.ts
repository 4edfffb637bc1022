import { type Static, Type } from 'typebox';
import { AlertRules } from './alerts.ts';
import { Handshake, ProviderName } from './providers.ts';
import { SignatureDescription } from './signature-description.ts';

export const AuthType = Type.Union(
  [
    Type.Literal('none'),
    Type.Literal('api_key'),
    Type.Literal('bearer_token'),
    Type.Literal('hmac'),
    Type.Literal('provider'),
  ],
  { title: 'AuthType', description: 'How a sender proves who it is.' },
);
export type AuthType = Static<typeof AuthType>;

export const RateLimit = Type.Object(
  {
    max: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  },
  { title: 'RateLimit', additionalProperties: false },
);
export type RateLimit = Static<typeof RateLimit>;

export const Dedup = Type.Object(
  {
    source: Type.String({
      maxLength: 200,
      description:
        'Where the id of an event is that its sender repeats with every retry: `header:<name>`, `json:<path>` in the body, or `provider`: where this provider has it. `none`: nowhere, every request is an event of its own.',
    }),
    windowSeconds: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: 2_592_000,
        description: 'How long an id is remembered. 86400, the default: a day.',
      }),
    ),
  },
  { title: 'Dedup', additionalProperties: false },
);
export type Dedup = Static<typeof Dedup>;

export const Success = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 299, description: '204 and 205 have no body.' }),
    body: Type.Optional(
      Type.String({ maxLength: 1_000, description: 'Answered as text/plain instead of the JSON document.' }),
    ),
  },
  {
    title: 'Success',
    description: 'What the sender is answered when its webhook is stored.',
    additionalProperties: false,
  },
);
export type Success = Static<typeof Success>;

/** What `workflows.webhook_config` holds: everything about a webhook that has no column of its own. */
export const WebhookConfig = Type.Object(
  {
    hmac: Type.Optional(Type.Union([SignatureDescription, Type.Null()])),
    rateLimit: Type.Optional(Type.Union([RateLimit, Type.Null()])),
    maxBodyBytes: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 26_214_400 }), Type.Null()])),
    ipAllowlist: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 500 })),
    payloadSchema: Type.Optional(
      Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Boolean(), Type.Null()]),
    ),
    provider: Type.Optional(Type.Union([ProviderName, Type.Null()])),
    handshake: Type.Optional(Type.Union([Handshake, Type.Null()])),
    verifyToken: Type.Optional(
      Type.Union([
        Type.String({
          minLength: 8,
          maxLength: 200,
          pattern: '^[!-~]+$',
          description: 'What the handshake of `meta` has to bring along: the verify token entered there.',
        }),
        Type.Null(),
      ]),
    ),
    dedup: Type.Optional(Type.Union([Dedup, Type.Null()])),
    success: Type.Optional(Type.Union([Success, Type.Null()])),
    alerts: Type.Optional(Type.Union([AlertRules, Type.Null()])),
    publicUrl: Type.Optional(Type.Union([Type.String({ format: 'uri', maxLength: 2000 }), Type.Null()])),
  },
  { additionalProperties: false },
);
export type WebhookConfig = Static<typeof WebhookConfig>;
