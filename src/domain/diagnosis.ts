import { type Static, Type } from 'typebox';
import { ProviderName } from './providers.ts';

/** What can be found out about a webhook that was refused, and what it means. Stable: stored with logs. */
export const DIAGNOSIS_CODES = {
  expired_secret: 'A secret that has expired would have matched.',
  verifies_now:
    'It would be accepted now: its secret was added, or the webhook was changed, after it was refused.',
  wrong_encoding: 'The signature is right, but written in another encoding.',
  wrong_algorithm: 'The signature is right for another hash function.',
  missing_prefix: 'What has to stand before the signature or the token is not there.',
  extra_prefix: 'Something stands before the signature or the token that does not belong there.',
  malformed_header: 'The signature is right, but its header has more in it, or comes more than once.',
  other_header: 'The signature is right, but in another header.',
  other_payload: 'The signature is right, but covers something else.',
  secret_form:
    'The sender uses the same secret in another form: not decoded, not trimmed, without its prefix.',
  body_reserialized: 'The signature is right for another form of the same body: it was changed on its way.',
  clock_skew: 'The signature is right, but made too long ago, or in the future: one of the clocks is wrong.',
  timestamp_unit: 'The signature is right, but its time is written in another unit.',
  url_mismatch: 'The signature is right for another form of the URL.',
  known_provider: 'The headers are those of a sender that is known by name, but is not the configured one.',
  signed_instead: 'It is signed with the secret, where the secret itself is expected.',
  secret_sent: 'The secret itself is in the request, where a signature is expected.',
  credential_elsewhere: 'The secret is in the request, but not where it is expected.',
  unsigned: 'It has no signature and no credential at all.',
  diagnosis_skipped: 'What follows was not looked into.',
} as const;
export type DiagnosisCode = keyof typeof DIAGNOSIS_CODES;

const codes = Object.keys(DIAGNOSIS_CODES) as DiagnosisCode[];

/** One thing that explains a refusal. Never has a secret in it, nor a signature that was made here. */
export const Finding = Type.Object(
  {
    code: Type.Enum(codes, {
      type: 'string',
      description: codes.map((code) => `\`${code}\`: ${DIAGNOSIS_CODES[code]}`).join(' '),
    }),
    detail: Type.String({ description: 'What it is, and what to do about it.' }),
    proven: Type.Boolean({
      description:
        'Whether it matched with a secret of the webhook. If not, it is what the request looks like.',
    }),
    secretId: Type.Optional(Type.String({ format: 'uuid', description: 'The secret that matched.' })),
    expiredAt: Type.Optional(Type.String({ format: 'date-time', description: 'When that secret expired.' })),
    header: Type.Optional(Type.String({ description: 'Where it was found; `query` for the query string.' })),
    provider: Type.Optional(ProviderName),
    seconds: Type.Optional(
      Type.Integer({ description: 'How far its time is from that of here: below zero, it is in the past.' }),
    ),
  },
  { title: 'DiagnosisFinding', description: 'One thing that explains a refusal.' },
);
export type Finding = Static<typeof Finding>;
