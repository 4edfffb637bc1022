import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { findEndpoint, type StoredEndpoint } from './endpoints.ts';

/** The endpoint that leads to a URL; of several the one with this name, else the oldest. */
export async function findEndpointByUrl(
  trx: Tx,
  { url, name }: { url: string; name: string },
): Promise<StoredEndpoint | null> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_endpoints WHERE url = ${url} ORDER BY name <> ${name}, id LIMIT 1`.execute(trx);
  return rows[0] === undefined ? null : findEndpoint(trx, rows[0].id);
}

/** The first workflow that was given a trigger to this endpoint, of those that are not deleted. */
export async function findWorkflowTo(trx: Tx, endpointId: string): Promise<string | null> {
  const { rows } = await sql<{ workflow_id: string }>`
    SELECT t.workflow_id FROM workflow_triggers t JOIN workflows w ON w.id = t.workflow_id
    WHERE t.endpoint_id = ${endpointId} AND w.deleted_at IS NULL ORDER BY t.id LIMIT 1`.execute(trx);
  return rows[0]?.workflow_id ?? null;
}

/**
 * One at a time in an organization, before any other lock: whoever looks for what is there and makes what is
 * missing would otherwise make it twice. The lock on names could not be held from the start, since endpoints are
 * locked before it.
 */
export async function lockRegistrations(trx: Tx, organizationId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`n8n registration ${organizationId}`}, 0))`.execute(
    trx,
  );
}
