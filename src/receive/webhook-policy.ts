import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { addressSet } from '../domain/address-set.ts';
import { compilePayloadSchema, type PayloadSchema, type PayloadValidator } from '../domain/payload-schema.ts';
import type { HandshakeName } from '../domain/providers.ts';
import type { SignatureDescription } from '../domain/signature-description.ts';
import type { Success } from '../domain/webhook-config.ts';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { ASANA_SECRET_HEADER } from '../verify/handshakes/by-unsigned-post.ts';
import { PRESETS } from '../verify/presets/index.ts';
import { createVerifier, type Verifier, type VerifierAuth } from '../verify/verifier.ts';
import { answerWithinMs, handshakeOf, successOf } from './effective-settings.ts';
import { compileEventKey, eventSource, type ReadEventKey } from './event-key.ts';
import type { Door } from './failure-limit.ts';
import { credentialHeaders } from './header-log.ts';
import { type Redaction, redactionOf } from './redact-secrets.ts';

/** A workflow's webhook, made ready once: keys imported, lists built, schema compiled. */
export interface WebhookPolicy {
  workflow: WorkflowSnapshot;
  verifier: Verifier;
  door: Door;
  /** Header names that are redacted before storage. */
  credentials: ReadonlySet<string>;
  /** Takes the webhook's own secrets out of the rest, where they travel as they are. */
  redaction: Redaction;
  allowsAddress: (address: string) => boolean;
  validatePayload: PayloadValidator | null;
  maxBodyBytes: number;
  /** Each endpoint that it is delivered to has a pace: there is no hurry to plan its executions. */
  isPaced: boolean;
  /** Where the event that a request brings has its id; null: nowhere, so each is one of its own. */
  eventKey: ReadEventKey | null;
  /** The handshake that is answered. */
  handshake: HandshakeName | null;
  /** null: the JSON document of this service. */
  success: Success | null;
  /** How soon after its arrival a request has to be answered; null: no matter. */
  answerWithinMs: number | null;
}

/** Resolves to a certificate in PEM. Rejects when it cannot be had. */
export type FetchCertificate = (url: string) => Promise<string>;

const fetchesNone: FetchCertificate = () => Promise.reject(new Error('no certificates are fetched here'));

const compiled = new WeakMap<WorkflowSnapshot, WebhookPolicy>();

/** The policy of a snapshot, compiled the first time and kept as long as the snapshot. */
export function webhookPolicy(
  workflow: WorkflowSnapshot,
  defaultMaxBodyBytes: number,
  fetchCertificate: FetchCertificate = fetchesNone,
): WebhookPolicy {
  const known = compiled.get(workflow);
  if (known) return known;
  const { config } = workflow;
  const verifier = createVerifier(verifierAuth(workflow, fetchCertificate));
  const handshake = handshakeOf(workflow);
  const ofHandshake = handshake === 'asana' ? [ASANA_SECRET_HEADER] : [];
  const policy: WebhookPolicy = {
    workflow,
    verifier,
    door: doorOf(workflow),
    credentials: credentialHeaders([...verifier.authHeaders, ...ofHandshake]),
    redaction: redactionOf(travelling(workflow, verifier)),
    allowsAddress: addressCheck(config.ipAllowlist ?? []),
    validatePayload: config.payloadSchema == null ? null : payloadValidator(config.payloadSchema),
    maxBodyBytes: config.maxBodyBytes ?? defaultMaxBodyBytes,
    isPaced: isPaced(workflow),
    eventKey: compileEventKey(workflow),
    handshake,
    success: successOf(workflow),
    answerWithinMs: answerWithinMs(workflow),
  };
  compiled.set(workflow, policy);
  return policy;
}

/** Of each secret there are some texts to look for, in each request. Those that verify first. */
const MAX_REDACTED = 10;

/** The secrets that a sender sends as they are. What only signs is not sent, and is not looked for. */
function travelling({ secrets, config }: WorkflowSnapshot, verifier: Verifier): string[] {
  const sent = verifier.credentialTravels ? secrets.slice(0, MAX_REDACTED) : [];
  return [...sent.map(({ secret }) => secret), config.verifyToken ?? ''];
}

function verifierAuth(
  { authType, config, secrets }: WorkflowSnapshot,
  fetchCertificate: FetchCertificate,
): VerifierAuth {
  switch (authType) {
    case 'none':
      return { type: 'none' };
    case 'hmac':
      return { type: 'hmac', description: config.hmac ?? null, secrets };
    case 'provider': {
      // The API stores none without a provider.
      const { provider } = config;
      if (provider == null) throw new Error('a stored webhook names no provider');
      const description = rememberedOnly({ authType, config });
      if (description !== null) return { type: 'hmac', description, secrets };
      return { type: 'provider', provider, secrets, fetchCertificate };
    }
    default:
      return { type: authType, secrets };
  }
}

function doorOf({ id, authType, config, secrets }: WorkflowSnapshot): Door {
  const { hmac, provider, handshake, verifyToken } = config;
  const proof = [authType, hmac, provider, handshake, verifyToken, secrets.map((secret) => secret.id)];
  return { workflowId: id, proof: hash('sha256', JSON.stringify(proof), 'base64url') };
}

/**
 * Mailgun signs a token and a time, and nothing of the event: who has seen one request could bring any event with it as
 * soon as its token is forgotten. So it counts for as long as it is remembered. null: this is not Mailgun, or its
 * tokens are not what is remembered.
 */
function rememberedOnly(
  workflow: Pick<WorkflowSnapshot, 'authType' | 'config'>,
): SignatureDescription | null {
  if (workflow.config.provider !== 'mailgun') return null;
  const { scheme, eventId } = PRESETS.mailgun;
  const remembered = eventSource(workflow);
  if (typeof scheme !== 'object' || remembered === null || remembered.source !== eventId) return null;
  return { ...scheme, toleranceSeconds: remembered.windowSeconds };
}

function isPaced({ triggers }: WorkflowSnapshot): boolean {
  const taking = triggers.filter((trigger) => trigger.isActive && trigger.triggerTypes.includes('webhook'));
  return taking.length > 0 && taking.every(({ endpoint }) => endpoint.pace !== null);
}

/**
 * By the text of the schema, because compiling takes long and a snapshot may not: while changes are not heard,
 * every request gets a snapshot of its own.
 */
const validators = new LRUCache<string, PayloadValidator>({ max: 500 });

function payloadValidator(schema: PayloadSchema): PayloadValidator {
  const text = JSON.stringify(schema);
  const known = validators.get(text);
  if (known) return known;
  const compiled = compilePayloadSchema(schema);
  if (!compiled.ok) throw new Error(`a stored payload schema does not compile: ${compiled.detail}`);
  validators.set(text, compiled.validate);
  return compiled.validate;
}

/** An empty list allows everyone. */
function addressCheck(cidrs: readonly string[]): (address: string) => boolean {
  if (cidrs.length === 0) return () => true;
  const allowed = addressSet(cidrs);
  return (address) => allowed.has(address);
}
