import { type Static, Type } from 'typebox';

export const AuthType = Type.Union(
  [Type.Literal('none'), Type.Literal('api_key'), Type.Literal('bearer_token'), Type.Literal('hmac')],
  { title: 'AuthType', description: 'How a sender proves who it is.' },
);
export type AuthType = Static<typeof AuthType>;

const HeaderName = Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" });

/** How an HMAC signature is carried and made. Every part has a default; no regular expressions. */
export const HmacDescription = Type.Object(
  {
    header: Type.Optional(HeaderName),
    algorithm: Type.Optional(
      Type.Union([Type.Literal('sha256'), Type.Literal('sha1'), Type.Literal('sha512')]),
    ),
    encoding: Type.Optional(
      Type.Union([Type.Literal('hex'), Type.Literal('base64'), Type.Literal('base64url')]),
    ),
    prefix: Type.Optional(
      Type.String({
        maxLength: 50,
        description: 'Text before the signature, e.g. "sha256=". Required when set.',
      }),
    ),
    payload: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'What is signed: text with {body}, {timestamp}, {method}, {url} and {header:Name}.',
      }),
    ),
    timestampHeader: Type.Optional(HeaderName),
    timestampUnit: Type.Optional(Type.Union([Type.Literal('s'), Type.Literal('ms')])),
    toleranceSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    secretEncoding: Type.Optional(
      Type.Union([Type.Literal('utf8'), Type.Literal('hex'), Type.Literal('base64')]),
    ),
  },
  { title: 'HmacDescription', additionalProperties: false },
);
export type HmacDescription = Static<typeof HmacDescription>;

export const RateLimit = Type.Object(
  {
    max: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  },
  { title: 'RateLimit', additionalProperties: false },
);
export type RateLimit = Static<typeof RateLimit>;

/** What `workflows.webhook_config` holds: everything about a webhook that has no column of its own. */
export const WebhookConfig = Type.Object(
  {
    hmac: Type.Optional(Type.Union([HmacDescription, Type.Null()])),
    rateLimit: Type.Optional(Type.Union([RateLimit, Type.Null()])),
    maxBodyBytes: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 26_214_400 }), Type.Null()])),
    ipAllowlist: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 500 })),
    payloadSchema: Type.Optional(
      Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Boolean(), Type.Null()]),
    ),
    publicUrl: Type.Optional(Type.Union([Type.String({ format: 'uri', maxLength: 2000 }), Type.Null()])),
  },
  { additionalProperties: false },
);
export type WebhookConfig = Static<typeof WebhookConfig>;
