import type { Fault } from '../domain/problem.ts';
import type { SignatureDescription } from '../domain/signature-description.ts';
import { isEventField } from './event-field.ts';
import { parseJsonPath } from './json-body.ts';
import type { Scheme } from './scheme.ts';
import type { PayloadPart } from './template.ts';

type Check = (description: SignatureDescription, scheme: Scheme) => Fault[];

/** What in a description contradicts what else. `scheme` is what was read from it. */
export const contradictions: Check = (description, scheme) =>
  CHECKS.flatMap((check) => check(description, scheme));

/** Header values are trimmed on their way, so a prefix that begins with a space would never match. */
const PREFIX = /^(?:[\x21-\x7e][\x20-\x7e]*)?$/;
/** One `*`, at the end of something. */
const HEADER = /^[^*]+\*?$/;

const signs = ({ payload }: Scheme, kind: PayloadPart['kind']): boolean =>
  payload.some((part) => part.kind === kind);

const needsPayload: Check = (description, scheme) => {
  if (scheme.algorithm === 'token') return [];
  // The body cannot contain a signature of itself: what is proven then is what of it the payload names.
  if (description.jsonPath !== undefined) return inBodyFaults(scheme);
  return signs(scheme, 'body')
    ? []
    : [{ pointer: '/payload', detail: 'Must contain {body}: otherwise the body is not proven.' }];
};

function inBodyFaults(scheme: Scheme): Fault[] {
  if (signs(scheme, 'body')) {
    return [
      {
        pointer: '/payload',
        detail:
          'Must not contain {body} when the signature is in the body: name what is signed of it, with {json:path}.',
      },
    ];
  }
  return signs(scheme, 'json')
    ? []
    : [{ pointer: '/payload', detail: 'Must contain {json:path}: otherwise nothing of the body is proven.' }];
}

const provesTimestamp: Check = (description, scheme) => {
  const faults: Fault[] = [];
  const { timestamp } = scheme;
  if (signs(scheme, 'timestamp') && timestamp === null) {
    faults.push({
      pointer: '/payload',
      detail: '{timestamp} (or {ts}) needs timestampHeader, timestampKey or timestampPath.',
    });
  }
  // A timestamp outside the signature can be replaced by whoever replays the request: its tolerance would
  // promise a protection that is not there.
  const inBody = timestamp?.place.in === 'json' && signs(scheme, 'body');
  if (timestamp !== null && !signs(scheme, 'timestamp') && !inBody) {
    faults.push({
      pointer: timestampPointer(description),
      detail: 'The payload must contain {timestamp}: otherwise the timestamp is not proven.',
    });
  }
  return faults;
};

const timestampPointer = ({ timestampHeader, timestampKey }: SignatureDescription): string =>
  timestampHeader !== undefined
    ? '/timestampHeader'
    : timestampKey !== undefined
      ? '/timestampKey'
      : '/timestampPath';

const excludesSignature: Check = (_description, { payload, signature: { place } }) =>
  payload.some(
    (part) =>
      (part.kind === 'header' && place.in === 'header' && part.name === place.name) ||
      (part.kind === 'json' && place.in === 'json' && part.path.join('.') === place.path.join('.')),
  )
    ? [{ pointer: '/payload', detail: 'The header of the signature cannot be part of what is signed.' }]
    : [];

const headersDiffer: Check = ({ header, timestampHeader, prefix }, { signature, timestamp }) => {
  const faults: Fault[] = [];
  if (prefix !== undefined && !PREFIX.test(prefix)) {
    faults.push({ pointer: '/prefix', detail: 'Must be printable ASCII and not begin with a space.' });
  }
  const { place } = signature;
  if (timestamp?.place.in === 'header' && place.in === 'header' && timestamp.place.name === place.name) {
    faults.push({ pointer: '/timestampHeader', detail: 'Must differ from the header of the signature.' });
  }
  if (header !== undefined && !HEADER.test(header)) {
    faults.push({ pointer: '/header', detail: 'Can have one *, at its end.' });
  }
  if (timestampHeader?.includes('*')) {
    faults.push({ pointer: '/timestampHeader', detail: 'Must be one header, without *.' });
  }
  return faults;
};

const TIMESTAMP_NEEDED = 'Needs timestampHeader, timestampKey or timestampPath.';

const timestampIsOne: Check = (description, { timestamp }) => {
  const { timestampHeader, timestampKey, timestampPath, timestampUnit, toleranceSeconds } = description;
  const faults: Fault[] = [];
  if (timestamp === null && timestampUnit !== undefined) {
    faults.push({ pointer: '/timestampUnit', detail: TIMESTAMP_NEEDED });
  }
  if (timestamp === null && toleranceSeconds !== undefined) {
    faults.push({ pointer: '/toleranceSeconds', detail: TIMESTAMP_NEEDED });
  }
  const others = [
    timestampHeader !== undefined && timestampKey !== undefined ? '/timestampKey' : null,
    (timestampHeader ?? timestampKey) !== undefined && timestampPath !== undefined ? '/timestampPath' : null,
  ];
  return [
    ...faults,
    ...others
      .filter((pointer) => pointer !== null)
      .map((pointer) => ({ pointer, detail: 'The timestamp can be in one place only.' })),
  ];
};

const formatFits: Check = ({ format, separator, key, timestampKey }) => {
  const faults: Fault[] = [];
  const isPairs = format === 'pairs';
  if (isPairs && key === undefined) faults.push({ pointer: '/key', detail: 'Is needed with format pairs.' });
  if (!isPairs && key !== undefined) faults.push({ pointer: '/key', detail: 'Needs format pairs.' });
  if (!isPairs && timestampKey !== undefined) {
    faults.push({ pointer: '/timestampKey', detail: 'Needs format pairs.' });
  }
  if (key !== undefined && key === timestampKey) {
    faults.push({ pointer: '/timestampKey', detail: 'Must differ from the key of the signature.' });
  }
  if (!isPairs && format !== 'list' && separator !== undefined) {
    faults.push({ pointer: '/separator', detail: 'Needs format list or pairs.' });
  }
  return faults;
};

const placesExist: Check = ({ header, jsonPath, timestampPath, headerAlias, eventId, eventType }) => {
  const faults: Fault[] = [];
  if (jsonPath !== undefined && header !== undefined) {
    faults.push({
      pointer: '/jsonPath',
      detail: 'The signature is in a header or in the body, not in both.',
    });
  }
  for (const [pointer, path] of [
    ['/jsonPath', jsonPath],
    ['/timestampPath', timestampPath],
  ] as const) {
    if (path !== undefined && parseJsonPath(path) === null) {
      faults.push({ pointer, detail: 'Must be names with dots between them, at most 10.' });
    }
  }
  if (headerAlias !== undefined && !header?.toLowerCase().startsWith(headerAlias.from.toLowerCase())) {
    faults.push({
      pointer: '/headerAlias/from',
      detail: 'Must be the beginning of the header of the signature.',
    });
  }
  for (const [pointer, field] of [
    ['/eventId', eventId],
    ['/eventType', eventType],
  ] as const) {
    if (field !== undefined && !isEventField(field)) {
      faults.push({ pointer, detail: 'Must be header:<name> or json:<path>.' });
    }
  }
  return faults;
};

const SECRET_NEEDED = 'Must contain {secret} with sha256-plain: otherwise anybody can make the signature.';
const SECRET_KEYED = 'Only sha256-plain takes {secret}: elsewhere the secret is the key.';

const algorithmFits: Check = ({ algorithm, secretEncoding }, scheme) => {
  const faults: Fault[] = [];
  const isPlain = algorithm === 'sha256-plain';
  if (isPlain !== signs(scheme, 'secret')) {
    faults.push({ pointer: '/payload', detail: isPlain ? SECRET_NEEDED : SECRET_KEYED });
  }
  if ((algorithm === 'ed25519' || algorithm === 'ecdsa-p256') && secretEncoding === 'utf8') {
    faults.push({ pointer: '/secretEncoding', detail: 'A public key is hex, base64, base64url or PEM.' });
  }
  return faults;
};

const NOT_OF_TOKENS = [
  'format',
  'separator',
  'key',
  'encoding',
  'payload',
  'timestampHeader',
  'timestampKey',
  'timestampPath',
  'secretEncoding',
  'secretPrefix',
] as const satisfies (keyof SignatureDescription)[];

const tokenSignsNothing: Check = (description) =>
  description.algorithm !== 'token'
    ? []
    : [
        ...NOT_OF_TOKENS.filter((name) => description[name] !== undefined).map((name) => ({
          pointer: `/${name}`,
          detail: 'Is not used with the algorithm token, which is compared as it is and signs nothing.',
        })),
        ...(description.header?.endsWith('*')
          ? [{ pointer: '/header', detail: 'Must be one header with the algorithm token, without *.' }]
          : []),
      ];

const CHECKS: readonly Check[] = [
  needsPayload,
  provesTimestamp,
  excludesSignature,
  headersDiffer,
  timestampIsOne,
  formatFits,
  placesExist,
  algorithmFits,
  tokenSignsNothing,
];
