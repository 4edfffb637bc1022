import { Check } from 'typebox/value';
import type { Fault } from '../domain/problem.ts';
import type { ProviderName } from '../domain/providers.ts';
import { SignatureDescription } from '../domain/signature-description.ts';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import { prepareCandidates, type VerifySecret } from './candidates.ts';
import { checkDescription } from './check-description.ts';
import { compileAwsSns } from './coded/aws-sns.ts';
import { compileCoded, type FetchCertificate } from './coded/index.ts';
import { compileScheme } from './engine.ts';
import { compileEventField } from './event-field.ts';
import { PRESETS } from './presets/index.ts';
import type { CodedScheme } from './presets/preset.ts';
import type { RequestHeaders, VerifyRequest } from './request.ts';
import { readDescription } from './scheme.ts';
import type { Verdict } from './verdict.ts';

/** A webhook to be verified. */
export interface WebhookToVerify {
  /** The name of a preset, or a description of how the sender signs. */
  scheme: ProviderName | SignatureDescription;
  /**
   * Any may match; what is empty never does. A public key where the scheme has one. For `aws_sns` the ARNs of the
   * topics that are awaited; without any, whatever AWS signed is valid, for whichever topic of whichever account.
   */
  secrets: readonly string[];
  method: string;
  /** The public URL as the sender knows it. */
  url: string;
  /** Names are lower-case. */
  headers: RequestHeaders;
  /** The bytes as they came; a text is taken as UTF-8. */
  rawBody: Buffer | Uint8Array | string;
  /** Unix seconds. */
  now: number;
  /** Resolves to the certificate at a URL of AWS's as PEM; needed for `aws_sns` only. */
  fetchCertificate?: FetchCertificate;
}

export type WebhookVerdict =
  /** `secretIndex`: which of the secrets; -1: none was given, and none needed. */
  | { valid: true; secretIndex: number; eventId?: string; eventType?: string }
  /** Reasons are those of VERIFY_FAILURES. `faults`: what is wrong with the description. */
  | { valid: false; reason: VerifyFailure; faults?: Fault[] };

/**
 * Verifies one webhook. Resolves whatever it is given, and never rejects: an unknown scheme is `unknown_scheme`, a
 * description that cannot be used `invalid_description`, and what is no request `invalid_request`.
 *
 * It prepares the keys anew with each call: `createVerifier` keeps them.
 */
export async function verifyWebhook(webhook: WebhookToVerify): Promise<WebhookVerdict> {
  try {
    return await verify(webhook);
  } catch {
    // Nothing in here throws on plain values: this had a getter or a proxy that did.
    return refused('invalid_request');
  }
}

const refused = (reason: VerifyFailure): WebhookVerdict => ({ valid: false, reason });

async function verify(webhook: WebhookToVerify): Promise<WebhookVerdict> {
  if (typeof webhook !== 'object' || webhook === null) return refused('invalid_request');
  const { scheme, fetchCertificate } = webhook;
  const known = knownScheme(scheme);
  if ('reason' in known) return { valid: false, ...known };
  const request = readRequest(webhook);
  const secrets = readSecrets(webhook.secrets);
  if (request === null || secrets === null) return refused('invalid_request');
  const fetch = typeof fetchCertificate === 'function' ? fetchCertificate : noCertificate;
  const verdict = await verdictOn(known.scheme, secrets, request, fetch);
  if (!verdict.valid) return refused(verdict.reason);
  const eventId = known.eventId === null ? undefined : compileEventField(known.eventId)(request);
  const eventType = known.eventType === null ? undefined : compileEventField(known.eventType)(request);
  return {
    valid: true,
    secretIndex: verdict.secretIndex,
    ...(eventId === undefined ? {} : { eventId }),
    ...(eventType === undefined ? {} : { eventType }),
  };
}

interface KnownScheme {
  scheme: SignatureDescription | CodedScheme;
  eventId: string | null;
  eventType: string | null;
}

function knownScheme(scheme: unknown): KnownScheme | { reason: VerifyFailure; faults?: Fault[] } {
  if (typeof scheme === 'string') {
    return isProviderName(scheme) ? PRESETS[scheme] : { reason: 'unknown_scheme' };
  }
  // The schema first: it bounds how much there is to be read.
  if (!Check(SignatureDescription, scheme)) {
    return { reason: 'invalid_description', faults: [{ pointer: '', detail: 'Does not match its schema.' }] };
  }
  const faults = checkDescription(scheme);
  if (faults.length > 0) return { reason: 'invalid_description', faults };
  return { scheme, eventId: scheme.eventId ?? null, eventType: scheme.eventType ?? null };
}

const isProviderName = (name: string): name is ProviderName => Object.hasOwn(PRESETS, name);

function verdictOn(
  scheme: SignatureDescription | CodedScheme,
  secrets: readonly VerifySecret[],
  request: VerifyRequest,
  fetchCertificate: FetchCertificate,
): Verdict | Promise<Verdict> {
  if (scheme === 'aws_sns') {
    return compileAwsSns(secrets, fetchCertificate, anyTopic(secrets))(request);
  }
  if (typeof scheme === 'string') return compileCoded(scheme, secrets, fetchCertificate)(request);
  const read = readDescription(scheme);
  return read.ok
    ? compileScheme(read.scheme, secrets)(request)
    : { valid: false, reason: 'invalid_description' };
}

/** An empty secret was forgotten, and an ARN that is none of a topic mistyped: neither is the same as none. */
function anyTopic(secrets: readonly VerifySecret[]): Verdict | null {
  if (secrets.length === 0) return { valid: true, secretIndex: -1, secretId: null };
  const [first] = prepareCandidates(secrets, (secret) =>
    secret === '' || secret.startsWith('arn:') ? null : secret,
  );
  return first?.accepted ?? null;
}

const noCertificate: FetchCertificate = () => Promise.resolve('');

/** What is no text keeps its place, and matches nothing. */
function readSecrets(secrets: unknown): VerifySecret[] | null {
  if (!Array.isArray(secrets)) return null;
  return secrets.map((secret: unknown, i) => ({
    id: String(i),
    secret: typeof secret === 'string' ? secret : '',
    expiresAt: null,
  }));
}

function readRequest({ method, url, headers, rawBody, now }: WebhookToVerify): VerifyRequest | null {
  const body = readBody(rawBody);
  if (body === null || typeof now !== 'number') return null;
  if (typeof method !== 'string' || typeof url !== 'string') return null;
  if (typeof headers !== 'object' || headers === null) return null;
  return { method, url, headers, rawBody: body, nowMs: now * 1000 };
}

function readBody(rawBody: unknown): Buffer | null {
  if (typeof rawBody === 'string') return Buffer.from(rawBody);
  if (Buffer.isBuffer(rawBody)) return rawBody;
  if (!(rawBody instanceof Uint8Array)) return null;
  return Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength);
}
