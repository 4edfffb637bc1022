import { BlockList, isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { compilePayloadSchema, type PayloadSchema, type PayloadValidator } from '../domain/payload-schema.ts';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { createVerifier, type Verifier } from '../verify/verifier.ts';
import { credentialHeaders } from './header-log.ts';

/** A workflow's webhook, made ready once: keys imported, lists built, schema compiled. */
export interface WebhookPolicy {
  workflow: WorkflowSnapshot;
  verifier: Verifier;
  /** Header names that are redacted before storage. */
  credentials: ReadonlySet<string>;
  allowsAddress: (address: string) => boolean;
  validatePayload: PayloadValidator | null;
  maxBodyBytes: number;
  /** Each endpoint that it is delivered to has a pace: there is no hurry to plan its executions. */
  isPaced: boolean;
}

const compiled = new WeakMap<WorkflowSnapshot, WebhookPolicy>();

/** The policy of a snapshot, compiled the first time and kept as long as the snapshot. */
export function webhookPolicy(workflow: WorkflowSnapshot, defaultMaxBodyBytes: number): WebhookPolicy {
  const known = compiled.get(workflow);
  if (known) return known;
  const { config, authType, secrets } = workflow;
  const verifier = createVerifier(
    authType === 'none'
      ? { type: 'none' }
      : authType === 'hmac'
        ? { type: 'hmac', description: config.hmac ?? null, secrets }
        : { type: authType, secrets },
  );
  const policy: WebhookPolicy = {
    workflow,
    verifier,
    credentials: credentialHeaders(verifier.authHeaders),
    allowsAddress: addressCheck(config.ipAllowlist ?? []),
    validatePayload: config.payloadSchema == null ? null : payloadValidator(config.payloadSchema),
    maxBodyBytes: config.maxBodyBytes ?? defaultMaxBodyBytes,
    isPaced: isPaced(workflow),
  };
  compiled.set(workflow, policy);
  return policy;
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

/** An empty list allows everyone. An IPv4 range also covers the IPv4-mapped form of its addresses. */
function addressCheck(cidrs: readonly string[]): (address: string) => boolean {
  if (cidrs.length === 0) return () => true;
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    // A link-local address may carry its interface.
    const [bare = ''] = address.split('%');
    return list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
  };
}
