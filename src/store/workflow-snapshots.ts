import { sql } from 'kysely';
import { type AwaitCallback, DEFAULT_AWAIT_CALLBACK } from '../domain/await-callback.ts';
import type { TriggerType } from '../domain/states.ts';
import type { AuthType, WebhookConfig } from '../domain/webhook-config.ts';
import type { Endpoint, Trigger, WorkflowSnapshot } from '../domain/workflow.ts';
import type { Database } from './database.ts';
import { type EndpointSettingsRow, toEndpointSettings } from './endpoint-rows.ts';
import { openHeaders } from './endpoints.ts';
import type { SecretBox } from './secret-box.ts';

interface SealedJson {
  id: string;
  ciphertext: string;
  encryption_key_id: string;
}

interface SnapshotRow {
  id: string;
  organization_id: string;
  is_active: boolean;
  webhook_enabled: boolean;
  webhook_auth_type: AuthType;
  webhook_config: WebhookConfig;
  secrets: (SealedJson & { expires_ms: number | null })[];
  triggers: {
    id: string;
    trigger_types: TriggerType[];
    forward: 'request' | 'envelope';
    filter: string | null;
    transform: string | null;
    await_callback: Partial<AwaitCallback> | null;
    is_active: boolean;
    endpoint: SealedEndpoint;
    fallback_endpoints: SealedEndpoint[];
  }[];
}

interface SealedEndpoint extends SealedJson, EndpointSettingsRow {
  headers_ciphertext: string | null;
  headers_key_id: string | null;
}

/** A SealedEndpoint of the row with this name. */
const sealedEndpoint = (e: 'e' | 'f') =>
  sql.raw(`json_build_object(
    'id', ${e}.id, 'url', ${e}.url, 'ciphertext', encode(${e}.secret_ciphertext, 'base64'),
    'encryption_key_id', ${e}.encryption_key_id, 'timeout_ms', ${e}.timeout_ms, 'retry_policy', ${e}.retry_policy,
    'on_ambiguous', ${e}.on_ambiguous, 'retry_workflow_errors', ${e}.retry_workflow_errors,
    'payload_limit_bytes', ${e}.payload_limit_bytes,
    'headers_ciphertext', encode(${e}.headers_ciphertext, 'base64'), 'headers_key_id', ${e}.headers_key_id,
    'pace_per_second', ${e}.pace_per_second, 'pace_concurrency', ${e}.pace_concurrency,
    'circuit_breaker', ${e}.circuit_breaker, 'is_active', ${e}.is_active)`);

/** Reads a workflow with its secrets, triggers and endpoints in one statement; null when it does not exist. */
export async function loadWorkflowSnapshot(
  db: Database,
  box: SecretBox,
  workflowId: string,
): Promise<WorkflowSnapshot | null> {
  const { rows } = await sql<SnapshotRow>`
    SELECT w.id, w.organization_id, w.is_active, w.webhook_enabled, w.webhook_auth_type, w.webhook_config,
      coalesce((SELECT json_agg(json_build_object(
          'id', s.id, 'ciphertext', encode(s.ciphertext, 'base64'), 'encryption_key_id', s.encryption_key_id,
          'expires_ms', extract(epoch FROM s.expires_at) * 1000) ORDER BY s.id DESC)
        FROM webhook_secrets s
        WHERE s.workflow_id = w.id AND (s.expires_at IS NULL OR s.expires_at > now())), '[]') AS secrets,
      coalesce((SELECT json_agg(json_build_object(
          'id', t.id, 'trigger_types', t.trigger_types, 'forward', t.forward, 'filter', t.filter,
          'transform', t.transform, 'await_callback', t.await_callback, 'is_active', t.is_active,
          'endpoint', ${sealedEndpoint('e')}, 'fallback_endpoints', CASE WHEN t.fallback = '[]' THEN '[]' ELSE
            coalesce((SELECT json_agg(${sealedEndpoint('f')}) FROM webhook_endpoints f
              WHERE f.organization_id = t.organization_id AND f.id IN (
                SELECT (action ->> 'endpointId')::uuid FROM jsonb_array_elements(t.fallback) AS action
                WHERE action ->> 'type' = 'endpoint')), '[]') END) ORDER BY t.id)
        FROM workflow_triggers t JOIN webhook_endpoints e ON e.id = t.endpoint_id
        WHERE t.workflow_id = w.id), '[]') AS triggers
    FROM workflows w WHERE w.id = ${workflowId} AND w.deleted_at IS NULL`.execute(db);
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    organizationId: row.organization_id,
    isActive: row.is_active,
    webhookEnabled: row.webhook_enabled,
    authType: row.webhook_auth_type,
    config: row.webhook_config,
    secrets: row.secrets.map((secret) => ({
      id: secret.id,
      secret: open(box, secret),
      expiresAt: secret.expires_ms,
    })),
    triggers: row.triggers.map((trigger) => toTrigger(box, trigger)),
  };
}

function toTrigger(box: SecretBox, trigger: SnapshotRow['triggers'][number]): Trigger {
  return {
    id: trigger.id,
    triggerTypes: trigger.trigger_types,
    forward: trigger.forward,
    filter: trigger.filter,
    transform: trigger.transform,
    awaitCallback: trigger.await_callback && { ...DEFAULT_AWAIT_CALLBACK, ...trigger.await_callback },
    isActive: trigger.is_active,
    endpoint: toEndpoint(box, trigger.endpoint),
    fallbackEndpoints: trigger.fallback_endpoints.map((endpoint) => toEndpoint(box, endpoint)),
  };
}

const toEndpoint = (box: SecretBox, endpoint: SealedEndpoint): Endpoint => ({
  ...toEndpointSettings(endpoint),
  secret: open(box, endpoint),
  headers: openHeaders(box, endpoint.id, sealedHeadersOf(endpoint)),
});

const sealedHeadersOf = ({ headers_ciphertext: text, headers_key_id: keyId }: SealedEndpoint) =>
  text === null || keyId === null
    ? null
    : { ciphertext: Buffer.from(text, 'base64'), encryptionKeyId: keyId };

const open = (box: SecretBox, sealed: SealedJson): string =>
  box.open(
    { ciphertext: Buffer.from(sealed.ciphertext, 'base64'), encryptionKeyId: sealed.encryption_key_id },
    sealed.id,
  );
