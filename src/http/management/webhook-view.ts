import { dedupSourceOf, handshakeOf, presetOf, successOf } from '../../receive/effective-settings.ts';
import { eventSource } from '../../receive/event-key.ts';
import type { StoredWorkflow } from '../../store/workflows.ts';
import type { WebhookSettings } from '../schemas/webhook-settings.ts';
import { curlFor } from './curl.ts';
import { needsSecret } from './webhook-secrets.ts';

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
  const provider = config.provider ?? null;
  return {
    enabled: workflow.webhookEnabled,
    url,
    authType,
    hmac,
    provider,
    ...senderView(workflow),
    alerts: config.alerts ?? null,
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
    curl: curlFor({ url, authType, hmac, provider }),
  };
}

/** What holds of the settings that a provider may bring along. */
function senderView(workflow: StoredWorkflow) {
  const { config, secrets } = workflow;
  const preset = presetOf(workflow);
  const handshake = handshakeOf(workflow);
  const verifyTokenSet = config.verifyToken != null;
  const windowSeconds = eventSource(workflow)?.windowSeconds;
  return {
    sender:
      preset === null
        ? null
        : {
            title: preset.title,
            paste: preset.secret.paste,
            needsPublicUrl: preset.needsPublicUrl,
            answerWithinSeconds: preset.answerWithinSeconds,
          },
    missing: [
      ...(workflow.webhookEnabled && needsSecret(workflow) && secrets.length === 0
        ? ['secret' as const]
        : []),
      ...(handshake === 'meta' && !verifyTokenSet ? ['verifyToken' as const] : []),
    ],
    handshake: handshake ?? ('none' as const),
    verifyTokenSet,
    dedup: { source: dedupSourceOf(workflow), ...(windowSeconds !== undefined && { windowSeconds }) },
    success: successOf(workflow),
  };
}
