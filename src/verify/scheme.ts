import type { Fault } from '../domain/problem.ts';
import type { HmacDescription } from '../domain/webhook-config.ts';
import type { BinaryEncoding } from './encoding.ts';
import { type PayloadPart, parseTemplate } from './template.ts';

export type HmacAlgorithm = 'sha256' | 'sha1' | 'sha512';

/** How a sender signs, with every default filled in: what the engine compiles. Header names are lower-case. */
export interface Scheme {
  signature: {
    header: string;
    prefix: string;
    /** False: a signature without the prefix is as good as one with it. */
    prefixRequired: boolean;
    encoding: BinaryEncoding;
  };
  algorithm: HmacAlgorithm;
  payload: readonly PayloadPart[];
  timestamp: { header: string; unit: 's' | 'ms'; toleranceSeconds: number } | null;
  keyEncoding: 'utf8' | 'hex' | 'base64';
}

const DEFAULT_HEADER = 'x-webhook-signature';
const DEFAULT_TOLERANCE_SECONDS = 300;

/** Header values are trimmed on their way, so a prefix that begins with a space would never match. */
const PREFIX = /^(?:[\x21-\x7e][\x20-\x7e]*)?$/;

/**
 * Maps a description onto a scheme, or says what contradicts what, with pointers into the description.
 * What one object schema can say about a single field is taken as checked.
 */
export function readDescription(
  description: HmacDescription,
): { ok: true; scheme: Scheme } | { ok: false; faults: Fault[] } {
  const template = parseTemplate(description.payload ?? '{body}');
  const scheme = toScheme(description, template.parts);
  const faults = [
    ...template.faults.map((detail) => ({ pointer: '/payload', detail })),
    ...payloadFaults(scheme),
    ...headerFaults(description, scheme),
  ];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scheme };
}

function toScheme(description: HmacDescription, parts: readonly PayloadPart[]): Scheme {
  const algorithm = description.algorithm ?? 'sha256';
  const timestampHeader = description.timestampHeader?.toLowerCase();
  return {
    signature: {
      header: (description.header ?? DEFAULT_HEADER).toLowerCase(),
      prefix: description.prefix ?? `${algorithm}=`,
      prefixRequired: description.prefix !== undefined,
      encoding: description.encoding ?? 'hex',
    },
    algorithm,
    payload: parts.map((part) =>
      part.kind === 'header' && part.name === timestampHeader ? { kind: 'timestamp' } : part,
    ),
    timestamp:
      timestampHeader === undefined
        ? null
        : {
            header: timestampHeader,
            unit: description.timestampUnit ?? 's',
            toleranceSeconds: description.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS,
          },
    keyEncoding: description.secretEncoding ?? 'utf8',
  };
}

function payloadFaults(scheme: Scheme): Fault[] {
  const faults: Fault[] = [];
  const signs = (kind: PayloadPart['kind']) => scheme.payload.some((part) => part.kind === kind);
  if (!signs('body')) {
    faults.push({ pointer: '/payload', detail: 'Must contain {body}: otherwise the body is not proven.' });
  }
  if (signs('timestamp') && scheme.timestamp === null) {
    faults.push({ pointer: '/payload', detail: '{timestamp} needs timestampHeader.' });
  }
  // A timestamp outside the signature can be replaced by whoever replays the request: its tolerance would
  // promise a protection that is not there.
  if (!signs('timestamp') && scheme.timestamp !== null) {
    faults.push({
      pointer: '/timestampHeader',
      detail: 'The payload must contain {timestamp}: otherwise the timestamp is not proven.',
    });
  }
  if (scheme.payload.some((part) => part.kind === 'header' && part.name === scheme.signature.header)) {
    faults.push({
      pointer: '/payload',
      detail: 'The header of the signature cannot be part of what is signed.',
    });
  }
  return faults;
}

function headerFaults(description: HmacDescription, scheme: Scheme): Fault[] {
  const faults: Fault[] = [];
  if (!PREFIX.test(scheme.signature.prefix)) {
    faults.push({ pointer: '/prefix', detail: 'Must be printable ASCII and not begin with a space.' });
  }
  if (scheme.timestamp?.header === scheme.signature.header) {
    faults.push({ pointer: '/timestampHeader', detail: 'Must differ from the header of the signature.' });
  }
  if (scheme.timestamp === null && description.timestampUnit !== undefined) {
    faults.push({ pointer: '/timestampUnit', detail: 'Needs timestampHeader.' });
  }
  if (scheme.timestamp === null && description.toleranceSeconds !== undefined) {
    faults.push({ pointer: '/toleranceSeconds', detail: 'Needs timestampHeader.' });
  }
  return faults;
}
