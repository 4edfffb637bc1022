import { asTenant } from '../../store/database.ts';
import {
  expireWebhookSecrets,
  insertWebhookSecret,
  listWebhookSecrets,
} from '../../store/webhook-secrets.ts';
import { lockWorkflow } from '../../store/workflows.ts';
import { generateSecret, needsSecret, secretFaults } from './webhook-settings.ts';
import { existing, refuseFaults, type Stores } from './workflow-commands.ts';

export interface Rotation {
  organizationId: string;
  workflowId: string;
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

/** @throws Problem workflow_not_found, invalid_configuration */
export function rotateSecret({ db, box }: Stores, rotation: Rotation): Promise<Rotated> {
  const { organizationId, workflowId, overlapSeconds } = rotation;
  return asTenant(db, organizationId, async (trx) => {
    const state = await existing(lockWorkflow(trx, workflowId));
    if (!needsSecret(state)) {
      refuseFaults([
        { pointer: '/body', detail: 'The auth type none takes no secret: change authType first.' },
      ]);
    }
    if (rotation.secret !== undefined) refuseFaults(secretFaults(rotation.secret, state, '/body/secret'));
    const previousExpiresAt = await expireWebhookSecrets(trx, workflowId, overlapSeconds);
    const live = (await listWebhookSecrets(trx, [workflowId])).get(workflowId) ?? [];
    if (live.length >= MAX_LIVE_SECRETS) {
      const detail = `At most ${MAX_LIVE_SECRETS} secrets may verify at once: choose a shorter overlap.`;
      refuseFaults([{ pointer: '/body/overlapSeconds', detail }]);
    }
    const secret = rotation.secret ?? generateSecret(state);
    const id = await insertWebhookSecret(trx, box, { organizationId, workflowId, secret });
    return { id, secret, previousExpiresAt };
  });
}
