import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DEFAULT_ORGANIZATION_ID, parseId } from '../../domain/ids.ts';
import type { VerifyFailure } from '../../domain/verify-failure.ts';
import type { WebhookSecret } from '../../domain/workflow.ts';
import type { EndpointName, InboundSigner } from '../../store/inbound-secrets.ts';
import type { SealedRow } from '../../store/secret-rows.ts';
import type { VerifyRequest } from '../../verify/verifier.ts';
import { type CheckSignature, createSignatureCheck, type SignatureScheme } from './signature.ts';

export interface SignerPorts {
  find: (named: EndpointName) => Promise<InboundSigner | null>;
  /** null: it was encrypted under a key that is not there. */
  open: (row: SealedRow) => WebhookSecret | null;
  /** Of the default organization; null: it has none. */
  defaultSecret: string | null;
}

/** Who signed, or seems to have. */
interface Named {
  /** null: the endpoint that was named is nobody's. */
  organizationId: string | null;
  endpointId: string | null;
}

export type Authentication =
  | { status: 'authenticated'; organizationId: string; endpointId: string | null; scheme: SignatureScheme }
  | (Named & { status: 'refused'; scheme: SignatureScheme | null; reason: VerifyFailure });

/** `named`: what the caller wrote, by id or by name; null: nothing. */
export type Authenticate = (named: string | null, request: VerifyRequest) => Promise<Authentication>;

const MAX_COMPILED = 1_000;

interface Signer extends Named {
  /** null: there is no secret that could have signed. */
  check: CheckSignature | null;
}

/** Finds out who signed an event, and whether they did. */
export function createSigners({ find, open, defaultSecret }: SignerPorts): Authenticate {
  const byDefault = defaultSecret === null ? null : createSignatureCheck([lasting('default', defaultSecret)]);
  // In place of a secret that is not there, so that the time an answer takes does not tell whether it is.
  const byNobody = createSignatureCheck([lasting('nobody', `whsec_${randomBytes(32).toString('base64')}`)]);
  const compiled = new LRUCache<string, { version: string; check: CheckSignature }>({ max: MAX_COMPILED });

  const checkOf = ({ endpointId, secrets }: InboundSigner): CheckSignature | null => {
    if (secrets.length === 0) return null;
    const version = secrets.map((row) => `${row.id} ${row.expires_at?.getTime()}`).join();
    const known = compiled.get(endpointId);
    if (known?.version === version) return known.check;
    const readable = secrets.flatMap((row) => open(row) ?? []);
    // Not kept: the key may come back.
    if (readable.length < secrets.length) {
      return readable.length === 0 ? null : createSignatureCheck(readable);
    }
    const check = createSignatureCheck(readable);
    compiled.set(endpointId, { version, check });
    return check;
  };
  const signerOf = async (named: string | null): Promise<Signer> => {
    if (named === null)
      return { organizationId: DEFAULT_ORGANIZATION_ID, endpointId: null, check: byDefault };
    const found = await find(nameOf(named));
    if (found === null) return { organizationId: null, endpointId: null, check: null };
    return { organizationId: found.organizationId, endpointId: found.endpointId, check: checkOf(found) };
  };
  return async (named, request) => {
    const { check, organizationId, endpointId } = await signerOf(named);
    const verdict = (check ?? byNobody)(request);
    if (verdict.valid && check !== null && organizationId !== null) {
      return { status: 'authenticated', organizationId, endpointId, scheme: verdict.scheme };
    }
    const reason = verdict.valid || check === null ? 'no_secret' : verdict.reason;
    return { status: 'refused', organizationId, endpointId, scheme: verdict.scheme, reason };
  };
}

const lasting = (id: string, secret: string): WebhookSecret => ({ id, secret, expiresAt: null });

const MAX_NAME = 200;

/** No endpoint has the empty name: what cannot be a name is looked for all the same, which takes as long. */
function nameOf(named: string): EndpointName {
  const id = parseId(named);
  if (id !== null) return { id };
  return { name: named.length > MAX_NAME || named.includes('\0') ? '' : named };
}
