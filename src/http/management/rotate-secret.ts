import type { Fault } from '../../domain/problem.ts';
import type { WebhookSecret } from '../../domain/workflow.ts';
import {
  expireWebhookSecrets,
  insertWebhookSecret,
  openWebhookSecrets,
} from '../../store/webhook-secrets.ts';
import { type ChangeTarget, changeLocked } from './locked-change.ts';
import { generateSecret, generationFaults, needsSecret, secretFaults } from './webhook-secrets.ts';
import { refuseFaults, type Stores } from './workflow-commands.ts';

export interface RotationInput {
  /** undefined: generate one. */
  secret: string | undefined;
  overlapSeconds: number;
}

export interface Rotated {
  id: string;
  secret: string;
  /** When the last of the secrets of before stops verifying; null: there was none. */
  previousExpiresAt: Date | null;
}

/** The secrets of one owner, which is locked. */
export interface Rotatable {
  /** Those that verify now. */
  open(): Promise<WebhookSecret[]>;
  expire(overlapSeconds: number): Promise<Date | null>;
  insert(secret: string): Promise<string>;
  generate(): string;
  /** What is wrong with one that somebody brings along. */
  faultsOf(secret: string): Fault[];
}

/** Every live secret is tried on everything that does not verify. */
const MAX_LIVE_SECRETS = 10;

/** @throws Problem invalid_configuration */
export async function rotate(
  secrets: Rotatable,
  { secret: brought, overlapSeconds }: RotationInput,
): Promise<Rotated> {
  if (brought !== undefined) {
    refuseFaults([...secrets.faultsOf(brought), ...repetition(brought, await secrets.open())]);
  }
  const previousExpiresAt = await secrets.expire(overlapSeconds);
  if ((await secrets.open()).length >= MAX_LIVE_SECRETS) {
    const detail = `At most ${MAX_LIVE_SECRETS} secrets may verify at once: choose a shorter overlap.`;
    refuseFaults([{ pointer: '/body/overlapSeconds', detail }]);
  }
  const secret = brought ?? secrets.generate();
  return { id: await secrets.insert(secret), secret, previousExpiresAt };
}

// One that is running out may come back; the one that stays would go on verifying after the overlap, although
// whoever rotates is told that it does not.
const repetition = (brought: string, live: WebhookSecret[]): Fault[] =>
  live.some(({ secret, expiresAt }) => expiresAt === null && secret === brought)
    ? [{ pointer: '/body/secret', detail: 'Is the secret of now already.' }]
    : [];

/** @throws Problem workflow_not_found, precondition_failed, invalid_configuration */
export async function rotateSecret(
  { db, box }: Stores,
  rotation: ChangeTarget & RotationInput,
): Promise<Rotated> {
  const { organizationId, workflowId } = rotation;
  const { result } = await changeLocked(db, rotation, async (trx, before) => {
    if (!needsSecret(before)) {
      refuseFaults([
        { pointer: '/body', detail: 'The auth type none takes no secret: change authType first.' },
      ]);
    }
    if (rotation.secret === undefined) refuseFaults(generationFaults(before, '/body/secret'));
    const secrets: Rotatable = {
      open: () => openWebhookSecrets(trx, box, workflowId),
      expire: (overlapSeconds) => expireWebhookSecrets(trx, workflowId, overlapSeconds),
      insert: (secret) => insertWebhookSecret(trx, box, { organizationId, workflowId, secret }),
      generate: () => generateSecret(before),
      faultsOf: (secret) => secretFaults(secret, before, '/body/secret'),
    };
    return { fields: {}, result: await rotate(secrets, rotation) };
  });
  return result;
}
