import { type Static, Type } from 'typebox';

const HEADER_NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
const HeaderName = Type.String({ minLength: 1, maxLength: 100, pattern: `^${HEADER_NAME}$` });
/** Names of properties with dots between them, and numbers for the places in an array. */
const JsonPath = Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\w@$:-]+(?:\\.[\\w@$:-]+){0,9}$' });
const EventField = Type.String({ maxLength: 220, pattern: '^(?:header|json):.+$' });

/**
 * How a sender proves its requests: where the signature is, how it is written, what it is made from, with which kind
 * of key. Every part has a default; no regular expressions.
 */
export const SignatureDescription = Type.Object(
  {
    header: Type.Optional({
      ...HeaderName,
      description: 'Where the signature is. Default x-webhook-signature.',
    }),
    headerAlias: Type.Optional(
      Type.Object(
        { from: HeaderName, to: HeaderName },
        {
          additionalProperties: false,
          description:
            'Where the first headers are not sent, the same under another beginning: from `svix-` to `webhook-`.',
        },
      ),
    ),
    jsonPath: Type.Optional({
      ...JsonPath,
      description: 'The signature is there in the body instead of in a header.',
    }),
    format: Type.Optional(
      Type.Enum(['raw', 'list', 'pairs'], {
        type: 'string',
        description:
          '`raw`, the default: all of it is one signature; `list`: several, any may fit; `pairs`: `key=value`, any with this `key` may.',
      }),
    ),
    separator: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 3,
        description: 'Between those of a list, by default a space, or between pairs, by default a comma.',
      }),
    ),
    key: Type.Optional(
      Type.String({ minLength: 1, maxLength: 20, description: 'Of pairs, the name of the signature.' }),
    ),
    algorithm: Type.Optional(
      Type.Enum(['sha256', 'sha1', 'sha512', 'sha256-plain', 'ed25519', 'ecdsa-p256', 'token'], {
        type: 'string',
        description:
          '`sha256`, the default, `sha1`, `sha512`: HMAC; `sha256-plain`: a hash of what is signed, {secret} included; `ed25519`, `ecdsa-p256`: the secret is a public key; `token`: the secret itself is sent, nothing is signed.',
      }),
    ),
    encoding: Type.Optional(
      Type.Enum(['hex', 'base64', 'base64url'], {
        type: 'string',
        description: 'Of the signature. Default hex.',
      }),
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
        description:
          'What is signed: text with {body}, {timestamp}, {method}, {url}, {secret}, {header:Name} and {json:path}.',
      }),
    ),
    timestampHeader: Type.Optional({
      ...HeaderName,
      description: 'When it was sent is in this header. Without any of the three its age is not looked at.',
    }),
    timestampKey: Type.Optional(
      Type.String({ minLength: 1, maxLength: 20, description: 'Or under this name among the pairs.' }),
    ),
    timestampPath: Type.Optional({ ...JsonPath, description: 'Or there in the body.' }),
    timestampUnit: Type.Optional(
      Type.Enum(['s', 'ms', 'rfc3339'], {
        type: 'string',
        description: 'Of the time. Default s: Unix seconds.',
      }),
    ),
    toleranceSeconds: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 86_400 }), Type.Null()], {
        description: 'Into the past and into the future. Default 300; null: however old it is.',
      }),
    ),
    secretEncoding: Type.Optional(
      Type.Enum(['utf8', 'hex', 'base64', 'base64url'], {
        type: 'string',
        description:
          'How the secret has to be read to be the key. Default utf8: its text; base64 for public keys.',
      }),
    ),
    secretPrefix: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20,
        description: 'What is taken off before it is read, if it is there, e.g. "whsec_".',
      }),
    ),
    eventId: Type.Optional({
      ...EventField,
      description: 'Where the id of an event is. By itself this changes nothing: see `dedup` of the webhook.',
    }),
    eventType: Type.Optional({ ...EventField, description: 'Where it is said what happened.' }),
  },
  { title: 'SignatureDescription', additionalProperties: false },
);
export type SignatureDescription = Static<typeof SignatureDescription>;
