import type { Fault } from '../domain/problem.ts';
import type { SignatureDescription } from '../domain/signature-description.ts';
import { contradictions } from './contradictions.ts';
import type { BinaryEncoding } from './encoding.ts';
import { type JsonPath, parseJsonPath } from './json-body.ts';
import type { HmacAlgorithm, KeyForm, SignatureAlgorithm } from './matcher.ts';
import { type PayloadPart, parseTemplate } from './template.ts';
import type { TimestampRule } from './timestamp.ts';

export type { HmacAlgorithm };

/** Where something is in a request. Header names are lower-case. */
export type Place = { in: 'header'; name: string } | { in: 'json'; path: JsonPath };

/** A header whose name only begins so: `x-docusign-signature-` for -1, -2 and so on. */
export type SignaturePlace = Place | { in: 'headers'; beginning: string };

/** `pairs`: the value for a key beside the signature. */
export type TimestampPlace = Place | { in: 'pairs'; key: string };

export type Format =
  | { kind: 'raw' }
  | { kind: 'list'; separator: string }
  | { kind: 'pairs'; separator: string; key: string };

/** How a sender proves its requests, with every default filled in: what the engine compiles. */
export interface Scheme {
  signature: {
    place: SignaturePlace;
    format: Format;
    prefix: string;
    /** False: a signature without the prefix is as good as one with it. */
    prefixRequired: boolean;
    encoding: BinaryEncoding;
  };
  algorithm: SignatureAlgorithm | 'token';
  /** Empty for a token, which signs nothing. */
  payload: readonly PayloadPart[];
  timestamp: ({ place: TimestampPlace } & TimestampRule) | null;
  key: KeyForm;
  /** Header names that begin with `from` begin with `to` instead, in requests that have none of the first. */
  alias: { from: string; to: string } | null;
}

const DEFAULT_HEADER = 'x-webhook-signature';
const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Maps a description onto a scheme, or says what contradicts what, with pointers into the description.
 * What one object schema can say about a single field is taken as checked.
 */
export function readDescription(
  description: SignatureDescription,
): { ok: true; scheme: Scheme } | { ok: false; faults: Fault[] } {
  const isToken = description.algorithm === 'token';
  const template = parseTemplate(description.payload ?? (isToken ? '' : '{body}'));
  const scheme = toScheme(description, template.parts);
  const faults = [
    ...template.faults.map((detail) => ({ pointer: '/payload', detail })),
    ...contradictions(description, scheme),
  ];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scheme };
}

function toScheme(description: SignatureDescription, parts: readonly PayloadPart[]): Scheme {
  const { algorithm = 'sha256', headerAlias, toleranceSeconds } = description;
  const format = formatOf(description);
  const isHmac = algorithm === 'sha256' || algorithm === 'sha1' || algorithm === 'sha512';
  const isPublicKey = algorithm === 'ed25519' || algorithm === 'ecdsa-p256';
  const place = timestampPlace(description);
  const payload = parts.map((part): PayloadPart => {
    const isTimestamp = part.kind === 'header' && place?.in === 'header' && part.name === place.name;
    return isTimestamp ? { kind: 'timestamp' } : part;
  });
  return {
    signature: {
      place: signaturePlace(description),
      format,
      prefix: description.prefix ?? (isHmac && format.kind !== 'pairs' ? `${algorithm}=` : ''),
      prefixRequired: description.prefix !== undefined,
      encoding: description.encoding ?? 'hex',
    },
    algorithm,
    payload,
    timestamp:
      place === null
        ? null
        : {
            place,
            unit: description.timestampUnit ?? 's',
            toleranceSeconds: toleranceSeconds === undefined ? DEFAULT_TOLERANCE_SECONDS : toleranceSeconds,
          },
    key: {
      encoding: description.secretEncoding ?? (isPublicKey ? 'base64' : 'utf8'),
      prefix: description.secretPrefix ?? '',
    },
    alias:
      headerAlias === undefined
        ? null
        : { from: headerAlias.from.toLowerCase(), to: headerAlias.to.toLowerCase() },
  };
}

function signaturePlace({ header = DEFAULT_HEADER, jsonPath }: SignatureDescription): SignaturePlace {
  if (jsonPath !== undefined) return { in: 'json', path: parseJsonPath(jsonPath) ?? [] };
  const name = header.toLowerCase();
  return name.endsWith('*') ? { in: 'headers', beginning: name.slice(0, -1) } : { in: 'header', name };
}

function formatOf({ format = 'raw', separator, key = '' }: SignatureDescription): Format {
  if (format === 'list') return { kind: format, separator: separator ?? ' ' };
  return format === 'pairs' ? { kind: format, separator: separator ?? ',', key } : { kind: format };
}

function timestampPlace(description: SignatureDescription): TimestampPlace | null {
  const { timestampHeader, timestampKey, timestampPath } = description;
  if (timestampHeader !== undefined) return { in: 'header', name: timestampHeader.toLowerCase() };
  if (timestampKey !== undefined) return { in: 'pairs', key: timestampKey };
  return timestampPath === undefined ? null : { in: 'json', path: parseJsonPath(timestampPath) ?? [] };
}
