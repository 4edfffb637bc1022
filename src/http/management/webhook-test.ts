import { type Fault, Problem } from '../../domain/problem.ts';
import { credentialHeaders, REDACTED } from '../../receive/header-log.ts';
import { asTenant } from '../../store/database.ts';
import { openWebhookSecrets } from '../../store/webhook-secrets.ts';
import { findWorkflow, type StoredWorkflow } from '../../store/workflows.ts';
import { readDescription } from '../../verify/scheme.ts';
import { type SigningAuth, signRequest } from '../../verify/sign.ts';
import { existing } from './locked-change.ts';
import { isUsable } from './webhook-settings.ts';
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
}

const SAMPLE = Buffer.from('{"event":"test","message":"A test webhook from Hookgate."}');
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
  const body = options.body ?? SAMPLE;
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
  if (!signed.signed) throw cannotSign();
  refuseHeaders(
    Object.keys(options.headers)
      .filter((name) => Object.hasOwn(signed.headers, name.toLowerCase()))
      .map((name) => fault(name, 'is what the webhook is verified by, which this call makes itself')),
  );
  return { workflowId: workflow.id, url, headers: { ...headers, ...signed.headers }, body };
}

/** What may be shown of the headers of a sample. */
export function redacted(headers: Record<string, string>): { name: string; value: string }[] {
  const credentials = credentialHeaders([]);
  return Object.entries(headers).map(([name, value]) => ({
    name,
    value: credentials.has(name) ? REDACTED : value,
  }));
}

function signingAuth(workflow: StoredWorkflow, secrets: string[]): SigningAuth {
  const { authType, config } = workflow;
  if (authType === 'none') return { type: 'none' };
  const secret = secrets.find((candidate) => isUsable(candidate, workflow));
  if (secret === undefined) throw cannotSign();
  if (authType === 'hmac') return { type: 'hmac', description: config.hmac ?? null, secret };
  return { type: authType, secret };
}

const cannotSign = () =>
  new Problem('cannot_sign', {
    detail:
      'No secret is stored that can be used under these settings. Give the webhook one with POST /api/workflows/:id/webhook/secret.',
  });

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
