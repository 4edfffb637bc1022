import { standardSecret } from '../../dispatch/signature.ts';
import type { Fault } from '../../domain/problem.ts';
import type { Tx } from '../../store/database.ts';
import { openEndpointSecret, updateEndpoint } from '../../store/endpoints.ts';
import {
  expireInboundSecrets,
  insertInboundSecret,
  openInboundSecrets,
} from '../../store/inbound-secrets.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import { endpointSecretFaults, generateEndpointSecret } from './endpoint-input.ts';
import { changeEndpointLocked, type EndpointTarget } from './endpoint-locked.ts';
import { type Rotatable, type Rotated, type RotationInput, rotate } from './rotate-secret.ts';
import type { Stores } from './workflow-commands.ts';

const ONE_FOR_BOTH =
  'must not be the same for what goes out and what comes back: a body that we sign for somebody would come back as an event of n8n';

/** Both ways to read a secret, because both are tried on what comes back. */
const keysOf = (secret: string): string[] =>
  [Buffer.from(secret), standardSecret(secret)].flatMap((key) => (key === null ? [] : [key.toString('hex')]));

const sharesKey = (one: string, other: string): boolean => {
  const keys = keysOf(one);
  return keysOf(other).some((key) => keys.includes(key));
};

/** What is wrong with an inbound secret, going by the one that signs what goes out, where that is known. */
export function inboundSecretFaults(inbound: string, secret: string | undefined, at: string): Fault[] {
  const faults = endpointSecretFaults(inbound, at);
  if (secret !== undefined && sharesKey(inbound, secret)) faults.push({ pointer: at, detail: ONE_FOR_BOTH });
  return faults;
}

interface Secrets {
  id: string;
  /** What will sign what goes out; undefined: what does so now. */
  secret: string | undefined;
  /** What will verify what comes back; undefined: what does so now. */
  inboundSecret: string | undefined;
}

/** What is wrong with new secrets of an endpoint that is locked; pointers begin with `at`. */
export async function mixedSecretFaults(
  trx: Tx,
  box: SecretBox,
  { given: { id, secret, inboundSecret }, at }: { given: Secrets; at: string },
): Promise<Fault[]> {
  if (inboundSecret !== undefined) {
    const outbound = secret ?? (await openEndpointSecret(trx, box, id));
    return inboundSecretFaults(inboundSecret, outbound, `${at}/inboundSecret`);
  }
  if (secret === undefined) return [];
  const live = await openInboundSecrets(trx, box, id);
  const isShared = live.some((inbound) => sharesKey(inbound.secret, secret));
  return isShared ? [{ pointer: `${at}/secret`, detail: ONE_FOR_BOTH }] : [];
}

interface InboundOwner {
  organizationId: string;
  endpointId: string;
}

/** Gives a new endpoint its secret for what comes back. Returns it when it was generated. */
export async function storeInboundSecret(
  trx: Tx,
  box: SecretBox,
  { brought, ...owner }: InboundOwner & { brought: string | undefined },
): Promise<string | null> {
  const secret = brought ?? generateEndpointSecret();
  await insertInboundSecret(trx, box, { ...owner, secret });
  return brought === undefined ? secret : null;
}

/** Makes this the only secret for what comes back to an endpoint that is locked. */
export async function replaceInboundSecret(
  trx: Tx,
  box: SecretBox,
  { secret, ...owner }: InboundOwner & { secret: string },
): Promise<void> {
  await expireInboundSecrets(trx, owner.endpointId, 0);
  await insertInboundSecret(trx, box, { ...owner, secret });
}

/** @throws Problem endpoint_not_found, precondition_failed, invalid_configuration */
export function rotateInboundSecret(
  { db, box }: Stores,
  rotation: EndpointTarget & RotationInput,
): Promise<Rotated> {
  const { organizationId, endpointId } = rotation;
  return changeEndpointLocked(db, rotation, async (trx) => {
    const outbound = await openEndpointSecret(trx, box, endpointId);
    const secrets: Rotatable = {
      open: () => openInboundSecrets(trx, box, endpointId),
      expire: (overlapSeconds) => expireInboundSecrets(trx, endpointId, overlapSeconds),
      insert: (secret) => insertInboundSecret(trx, box, { organizationId, endpointId, secret }),
      generate: generateEndpointSecret,
      faultsOf: (secret) => inboundSecretFaults(secret, outbound, '/body/secret'),
    };
    const rotated = await rotate(secrets, rotation);
    // It shows whether it has one.
    await updateEndpoint(trx, box, { id: endpointId });
    return rotated;
  });
}
