import type { Fault } from '../../domain/problem.ts';
import type { Tx } from '../../store/database.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import {
  expireWebhookSecrets,
  insertWebhookSecret,
  listWebhookSecrets,
  openWebhookSecrets,
} from '../../store/webhook-secrets.ts';
import type { StoredWorkflow } from '../../store/workflows.ts';
import { type ChangeTarget, changeLocked } from './locked-change.ts';
import { generateSecret, needsSecret, secretFaults } from './webhook-settings.ts';
import { refuseFaults, type Stores } from './workflow-commands.ts';

export interface Rotation extends ChangeTarget {
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

/** Every live secret is tried on every webhook that does not verify. */
const MAX_LIVE_SECRETS = 10;

/** @throws Problem workflow_not_found, precondition_failed, invalid_configuration */
export async function rotateSecret({ db, box }: Stores, rotation: Rotation): Promise<Rotated> {
  const { organizationId, workflowId, overlapSeconds } = rotation;
  const { result } = await changeLocked(db, rotation, async (trx, before) => {
    refuseFaults(await rotationFaults(trx, box, { before, rotation }));
    const previousExpiresAt = await expireWebhookSecrets(trx, workflowId, overlapSeconds);
    const live = (await listWebhookSecrets(trx, [workflowId])).get(workflowId) ?? [];
    if (live.length >= MAX_LIVE_SECRETS) {
      const detail = `At most ${MAX_LIVE_SECRETS} secrets may verify at once: choose a shorter overlap.`;
      refuseFaults([{ pointer: '/body/overlapSeconds', detail }]);
    }
    const secret = rotation.secret ?? generateSecret(before);
    const id = await insertWebhookSecret(trx, box, { organizationId, workflowId, secret });
    return { fields: {}, result: { id, secret, previousExpiresAt } };
  });
  return result;
}

async function rotationFaults(
  trx: Tx,
  box: SecretBox,
  { before, rotation: { secret } }: { before: StoredWorkflow; rotation: Rotation },
): Promise<Fault[]> {
  if (!needsSecret(before)) {
    return [{ pointer: '/body', detail: 'The auth type none takes no secret: change authType first.' }];
  }
  if (secret === undefined) return [];
  const faults = secretFaults(secret, before, '/body/secret');
  // One that is running out may come back; the one that stays would go on verifying after the overlap, although
  // whoever rotates is told that it does not.
  const stays = (await openWebhookSecrets(trx, box, before.id)).some(
    (live) => live.expiresAt === null && live.secret === secret,
  );
  if (stays) faults.push({ pointer: '/body/secret', detail: 'Is the secret of now already.' });
  return faults;
}
