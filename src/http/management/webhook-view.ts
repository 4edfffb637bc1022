import type { StoredWorkflow } from '../../store/workflows.ts';
import type { WebhookSettings } from '../schemas/webhook-settings.ts';
import { curlFor } from './curl.ts';

/** Where senders send webhooks to, as the world knows it. */
export const webhookUrl = (
  { config, id }: Pick<StoredWorkflow, 'config' | 'id'>,
  publicUrl: string,
): string => `${config.publicUrl ?? publicUrl}/api/webhooks/${id}`;

/** A webhook as the API shows it. `secret`: only when this very call generated it. */
export function webhookView(
  workflow: StoredWorkflow,
  publicUrl: string,
  secret: string | null,
): WebhookSettings {
  const { config, authType } = workflow;
  const url = webhookUrl(workflow, publicUrl);
  const hmac = config.hmac ?? null;
  return {
    enabled: workflow.webhookEnabled,
    url,
    authType,
    hmac,
    rateLimit: config.rateLimit ?? null,
    maxBodyBytes: config.maxBodyBytes ?? null,
    ipAllowlist: config.ipAllowlist ?? [],
    payloadSchema: config.payloadSchema ?? null,
    publicUrl: config.publicUrl ?? null,
    secrets: workflow.secrets.map((info) => ({
      id: info.id,
      createdAt: info.createdAt.toISOString(),
      expiresAt: info.expiresAt?.toISOString() ?? null,
      lastUsedAt: info.lastUsedAt?.toISOString() ?? null,
    })),
    ...(secret !== null && { secret }),
    curl: curlFor({ url, authType, hmac }),
  };
}
