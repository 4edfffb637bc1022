import { type KeyObject, timingSafeEqual } from 'node:crypto';
import type { VerifyFailure } from '../../domain/verify-failure.ts';
import { isLive, prepareCandidates, someLive, type VerifySecret } from '../candidates.ts';
import { decodeStrict } from '../encoding.ts';
import type { Verify } from '../engine.ts';
import { type JsonPath, jsonOf, valueAt } from '../json-body.ts';
import { hmacOf, secretKey } from '../matcher.ts';
import { refuse } from '../verdict.ts';

export const ADYEN_KEY = { encoding: 'hex', prefix: '' } as const;

const SIGNED_FIELDS: readonly JsonPath[] = [
  ['pspReference'],
  ['originalReference'],
  ['merchantAccountCode'],
  ['merchantReference'],
  ['amount', 'value'],
  ['amount', 'currency'],
  ['eventCode'],
  ['success'],
];
const SIGNATURE: JsonPath = ['additionalData', 'hmacSignature'];
const SIGNATURE_BYTES = 32;

interface SignedItem {
  text: Buffer;
  signature: Buffer;
}

/**
 * https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures: each item has its own
 * signature, of eight of its fields. All of them have to fit, and there has to be one.
 */
export function compileAdyen(secrets: readonly VerifySecret[]): Verify {
  const candidates = prepareCandidates(secrets, (secret) => secretKey(secret, ADYEN_KEY));
  return (request) => {
    if (!someLive(candidates, request.nowMs)) return refuse('no_secret');
    const items = notificationItems(jsonOf(request));
    if (items === null) return refuse('malformed_body');
    const signed: SignedItem[] = [];
    for (const item of items) {
      const read = readItem(item);
      if (typeof read === 'string') return refuse(read);
      signed.push(read);
    }
    const fits = (key: KeyObject) =>
      signed.every(({ text, signature }) => timingSafeEqual(hmacOf('sha256', key, [text]), signature));
    const fitting = candidates.find((candidate) => isLive(candidate, request.nowMs) && fits(candidate.key));
    return fitting?.accepted ?? refuse('signature_mismatch');
  };
}

/** What is in the wrapping of each item; null: it is no document of Adyen's, or one without items. */
export function notificationItems(body: unknown): unknown[] | null {
  const items = valueAt(body, ['notificationItems']);
  if (!Array.isArray(items) || items.length === 0) return null;
  return items.map((item: unknown) => valueAt(item, ['NotificationRequestItem']));
}

function readItem(item: unknown): SignedItem | VerifyFailure {
  const text = signedText(item);
  if (text === null) return 'malformed_body';
  const written = valueAt(item, SIGNATURE);
  if (typeof written !== 'string' || written === '') return 'missing_credential';
  const signature = written.length > SIGNATURE_BYTES * 2 ? null : decodeStrict(written, 'base64');
  return signature?.length === SIGNATURE_BYTES ? { text, signature } : 'malformed_signature';
}

/** What is signed of an item: a field that is absent is empty; null: one of them is not a plain value. */
export function signedText(item: unknown): Buffer | null {
  if (typeof item !== 'object' || item === null) return null;
  const values = SIGNED_FIELDS.map((path) => valueAt(item, path) ?? '');
  return values.some((value) => typeof value === 'object') ? null : Buffer.from(values.join(':'));
}
