import { sql } from 'kysely';
import type { Endpoint } from '../domain/workflow.ts';
import type { Tx } from './database.ts';
import { type EndpointSettingsRow, toEndpointSettings } from './endpoint-rows.ts';
import { openHeaders } from './endpoints.ts';
import type { SecretBox } from './secret-box.ts';

interface EndpointRow extends EndpointSettingsRow {
  secret_ciphertext: Buffer;
  encryption_key_id: string;
  headers_ciphertext: Buffer | null;
  headers_key_id: string | null;
}

/**
 * Endpoints as they are now, with their secrets in the clear. What cannot be opened is missing: one endpoint whose
 * key is gone must not keep the events of the others.
 */
export async function readEventEndpoints(
  trx: Tx,
  box: SecretBox,
  ids: string[],
): Promise<Map<string, Endpoint>> {
  const { rows } = await sql<EndpointRow>`
    SELECT id, url, secret_ciphertext, encryption_key_id, headers_ciphertext, headers_key_id, timeout_ms, retry_policy,
      on_ambiguous, retry_workflow_errors, payload_limit_bytes, pace_per_second, pace_concurrency, circuit_breaker,
      is_active
    FROM webhook_endpoints WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  return new Map(
    rows.flatMap((row): [string, Endpoint][] => {
      const credentials = openCredentials(box, row);
      return credentials === null ? [] : [[row.id, { ...toEndpointSettings(row), ...credentials }]];
    }),
  );
}

/** null: they were encrypted under another key. The event says so, which is where an operator looks. */
function openCredentials(box: SecretBox, row: EndpointRow): Pick<Endpoint, 'secret' | 'headers'> | null {
  const { id, secret_ciphertext, encryption_key_id, headers_ciphertext, headers_key_id } = row;
  const headers =
    headers_ciphertext === null || headers_key_id === null
      ? null
      : { ciphertext: headers_ciphertext, encryptionKeyId: headers_key_id };
  try {
    return {
      secret: box.open({ ciphertext: secret_ciphertext, encryptionKeyId: encryption_key_id }, id),
      headers: openHeaders(box, id, headers),
    };
  } catch {
    return null;
  }
}
