import { type Fault, Problem } from '../../domain/problem.ts';
import { REDACTED } from '../../domain/redacted.ts';
import type { WebhookConfig } from '../../domain/webhook-config.ts';
import { presetOf } from '../../receive/effective-settings.ts';
import { credentialHeaders } from '../../receive/header-log.ts';
import { asTenant } from '../../store/database.ts';
import { openWebhookSecrets } from '../../store/webhook-secrets.ts';
import { findWorkflow, type StoredWorkflow } from '../../store/workflows.ts';
import { readDescription } from '../../verify/scheme.ts';
import { type SigningAuth, type SigningFailure, signRequest } from '../../verify/sign.ts';
import { existing } from './locked-change.ts';
import { isUsable } from './webhook-secrets.ts';
import { webhookUrl } from './webhook-view.ts';
import type { Stores } from './workflow-commands.ts';

export interface SampleOptions {
  organizationId: string;
  workflowId: string;
  publicUrl: string;
  /** null: a body of our own. */
  body: Buffer | null;
  headers: Record<string, string>;
}

/** A webhook as its sender would send it; names are lower-case. */
export interface Sample {
  workflowId: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** Names of headers whose values are not shown. */
  credentials: ReadonlySet<string>;
}

const SAMPLE = Buffer.from('{"event":"test","message":"A test webhook from Hookgate."}');
/** Signs fields of its own, and nothing that has none of them. */
const ADYEN_SAMPLE = Buffer.from(
  '{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{},"amount":{"currency":"EUR","value":1000},"eventCode":"AUTHORISATION","merchantAccountCode":"HookgateTest","merchantReference":"test","pspReference":"HOOKGATETEST","success":"true"}}]}',
);

const sampleFor = ({ provider }: WebhookConfig): Buffer =>
  provider === 'adyen_standard' ? ADYEN_SAMPLE : SAMPLE;
/** What a header gets that has to be signed and that nobody gave a value. */
const SIGNED_PLACEHOLDER = 'example';

/** @throws Problem workflow_not_found, cannot_sign, validation_failed for headers that are not the caller's to set. */
export async function makeSample({ db, box }: Stores, options: SampleOptions): Promise<Sample> {
  const { workflow, secrets } = await asTenant(db, options.organizationId, async (trx) => ({
    workflow: await existing(findWorkflow(trx, options.workflowId)),
    secrets: await openWebhookSecrets(trx, box, options.workflowId),
  }));
  refuseHeaders(ownHeaderFaults(options.headers));
  const auth = signingAuth(
    workflow,
    secrets.map(({ secret }) => secret),
  );
  const url = webhookUrl(workflow, options.publicUrl);
  const body = options.body ?? sampleFor(workflow.config);
  const extra = lowerCased(options.headers);
  const base = {
    'user-agent': 'hookgate-webhook-test',
    'content-type': 'application/json',
    ...extra,
    host: new URL(url).host,
    'content-length': String(body.length),
  };
  const headers = { ...signedPlaceholders(auth, base), ...base };
  const signed = signRequest({ auth, method: 'POST', url, headers, rawBody: body, nowMs: Date.now() });
  if (!signed.signed) throw cannotSign(workflow, signed.reason);
  refuseHeaders(
    Object.keys(options.headers)
      .filter((name) => Object.hasOwn(signed.headers, name.toLowerCase()))
      .map((name) => fault(name, 'is what the webhook is verified by, which this call makes itself')),
  );
  // Some sign inside the body, or with the body's digest in the URL.
  const { rawBody = body, url: signedUrl = url } = signed;
  const length = { 'content-length': String(rawBody.length) };
  return {
    workflowId: workflow.id,
    url: signedUrl,
    headers: { ...headers, ...length, ...signed.headers },
    body: rawBody,
    credentials: credentialHeaders(tokenHeaders(workflow)),
  };
}

/** What may be shown of the headers of a sample. */
export function redacted({ headers, credentials }: Sample): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({
    name,
    value: credentials.has(name) ? REDACTED : value,
  }));
}

function signingAuth(workflow: StoredWorkflow, secrets: string[]): SigningAuth {
  const { authType, config } = workflow;
  if (authType === 'none') return { type: 'none' };
  const secret = secrets.find((candidate) => isUsable(candidate, workflow));
  if (secret === undefined) throw cannotSign(workflow, 'no_secret');
  if (authType === 'hmac') return { type: 'hmac', description: config.hmac ?? null, secret };
  if (authType !== 'provider') return { type: authType, secret };
  if (config.provider == null) throw cannotSign(workflow, 'invalid_description');
  return { type: 'provider', provider: config.provider, secret };
}

/** Where a token is the signature, its header holds the secret itself. */
function tokenHeaders({ authType, config }: StoredWorkflow): string[] {
  const scheme = authType === 'hmac' ? config.hmac : presetOf({ authType, config })?.scheme;
  return typeof scheme === 'object' && scheme?.algorithm === 'token'
    ? [(scheme.header ?? '').toLowerCase()]
    : [];
}

function cannotSign(workflow: StoredWorkflow, reason: SigningFailure): Problem {
  if (reason === 'no_secret') {
    return new Problem('cannot_sign', {
      detail:
        'No secret is stored that can be used under these settings. Give the webhook one with POST /api/workflows/:id/webhook/secret.',
    });
  }
  if (reason !== 'cannot_sign') return new Problem('cannot_sign', { detail: `${UNSIGNABLE}: ${reason}.` });
  const sender = presetOf(workflow)?.title ?? 'the sender';
  return new Problem('cannot_sign', {
    detail: `Only ${sender} has what it signs with: here is what its signatures are verified by. Have it send a test itself.`,
  });
}

const UNSIGNABLE = 'The webhook cannot be signed like this. Check its settings and the body of the test';

function signedPlaceholders(auth: SigningAuth, given: Record<string, string>): Record<string, string> {
  const read = auth.type === 'hmac' ? readDescription(auth.description ?? {}) : null;
  if (!read?.ok) return {};
  const names = read.scheme.payload.flatMap((part) => (part.kind === 'header' ? [part.name] : []));
  return Object.fromEntries(
    names.filter((name) => !Object.hasOwn(given, name)).map((name) => [name, SIGNED_PLACEHOLDER]),
  );
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** What belongs to a connection, and what only a proxy may say: where the request comes from is no matter of taste. */
const CONNECTION =
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|http2-settings|host|content-length|expect|proxy-.*|forwarded|x-forwarded-.*)$/;

function ownHeaderFaults(headers: Record<string, string>): Fault[] {
  const seen = new Set<string>();
  return Object.keys(headers).flatMap((name) => {
    const lower = name.toLowerCase();
    const twice = seen.has(lower);
    seen.add(lower);
    if (!TOKEN.test(name)) return [fault(name, 'is not the name of a header')];
    if (CONNECTION.test(lower)) return [fault(name, 'belongs to the connection')];
    return twice ? [fault(name, 'is there twice, in another spelling')] : [];
  });
}

const fault = (name: string, detail: string): Fault => ({
  pointer: `/body/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  detail,
});

function refuseHeaders(faults: Fault[]): void {
  if (faults.length > 0) throw new Problem('validation_failed', { errors: faults });
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
