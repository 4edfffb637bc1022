import type { Finding } from '../../domain/diagnosis.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import { jsonOf, parseJsonPath, textOf, valueAt } from '../json-body.ts';
import { readHeader, type VerifyRequest } from '../request.ts';
import { valuesOf } from './presented.ts';

const DEFAULT_TOLERANCE_SECONDS = 300;
const MAX_CHARACTERS = 40;
const MAX_JSON_BYTES = 262_144;

/** The time of a request as its sender wrote it; null: there is none. */
export function sentAt(description: SignatureDescription, request: VerifyRequest): string | null {
  const { timestampHeader, timestampKey, timestampPath } = description;
  const text =
    timestampHeader !== undefined
      ? readHeader(request.headers, timestampHeader.toLowerCase())
      : timestampKey !== undefined
        ? pairOf(description, timestampKey, request)
        : timestampPath !== undefined
          ? fieldOf(timestampPath, request)
          : null;
  return text == null || text === '' || text.length > MAX_CHARACTERS ? null : text;
}

function pairOf({ header = '', separator = ',' }: SignatureDescription, key: string, request: VerifyRequest) {
  const pairs = valuesOf(request.headers[header.toLowerCase()]).flatMap((value) => value.split(separator));
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${key}=`))
    ?.slice(key.length + 1);
}

function fieldOf(path: string, request: VerifyRequest): string | undefined {
  const steps = parseJsonPath(path);
  if (steps === null || request.rawBody.length > MAX_JSON_BYTES) return undefined;
  return textOf(valueAt(jsonOf(request), steps));
}

type Unit = 's' | 'ms' | 'rfc3339';

const UNITS: Record<Unit, { name: string; read: (text: string) => number }> = {
  s: { name: 'seconds', read: (text) => (/^\d{1,11}$/.test(text) ? Number(text) * 1_000 : Number.NaN) },
  ms: { name: 'milliseconds', read: (text) => (/^\d{12,15}$/.test(text) ? Number(text) : Number.NaN) },
  rfc3339: {
    name: 'a date and time as in RFC 3339',
    read: (text) => (/^\d{4}-\d\d-\d\d[Tt ]/.test(text) ? Date.parse(text) : Number.NaN),
  },
};

/** What is wrong with the time of a request whose signature is right; null: nothing. */
export function timeFinding(
  { timestampUnit = 's', toleranceSeconds = DEFAULT_TOLERANCE_SECONDS }: SignatureDescription,
  text: string,
  nowMs: number,
): Finding | null {
  if (toleranceSeconds === null) return null;
  const units = [timestampUnit, ...(['s', 'ms', 'rfc3339'] as const)];
  const unit = units.find((one) => !Number.isNaN(UNITS[one].read(text)));
  if (unit === undefined) return null;
  const sentMs = UNITS[unit].read(text);
  const seconds = Math.round((sentMs - nowMs) / 1_000);
  if (unit !== timestampUnit) {
    return {
      code: 'timestamp_unit',
      proven: true,
      detail: `The time of the request is written in ${UNITS[unit].name}, and ${UNITS[timestampUnit].name} are expected. Change timestampUnit.`,
    };
  }
  if (Math.abs(sentMs - nowMs) <= toleranceSeconds * 1_000) return null;
  const far = `${Math.abs(seconds)} s`;
  return {
    code: 'clock_skew',
    proven: true,
    seconds,
    detail:
      seconds < 0
        ? `The signature is right, but its time is ${far} in the past, and ${toleranceSeconds} s are tolerated: the clock of the sender is behind, that of this service is ahead, or the request was held back or repeated.`
        : `The signature is right, but its time is ${far} in the future, and ${toleranceSeconds} s are tolerated: the clock of the sender is ahead, or that of this service is behind.`,
  };
}
