import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { findEndpoint, leadsTo, type StoredEndpoint } from './endpoints.ts';

/*
 * Whoever changes what workflows, triggers and endpoints are takes locks in one order: the registrations of n8n's
 * workflows, workflows by their ids, endpoints by their ids, the names of endpoints. A trigger is changed under the lock of its workflow.
 */

export type LockedEndpoint =
  | { status: 'locked'; endpoint: StoredEndpoint; workflowIds: string[] }
  | { status: 'not_found' }
  /** A workflow that is not locked has come to use it: to be tried again in another transaction. */
  | { status: 'used_anew' };

/** Locks an endpoint, and before it the workflows that use it: those that are not deleted. */
export async function lockEndpoint(trx: Tx, id: string): Promise<LockedEndpoint> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM workflows WHERE deleted_at IS NULL
      AND id IN (SELECT workflow_id FROM workflow_triggers t WHERE ${leadsTo(id)})
    ORDER BY id FOR NO KEY UPDATE`.execute(trx);
  const locked = new Set(rows.map((row) => row.id));
  // Against new triggers too, which the weaker lock of an UPDATE would let through.
  await sql`SELECT FROM webhook_endpoints WHERE id = ${id} FOR UPDATE`.execute(trx);
  const endpoint = await findEndpoint(trx, id);
  if (endpoint === null) return { status: 'not_found' };
  const { rows: users } = await sql<{ id: string }>`
    SELECT DISTINCT w.id FROM workflow_triggers t JOIN workflows w ON w.id = t.workflow_id
    WHERE ${leadsTo(id)} AND w.deleted_at IS NULL ORDER BY w.id`.execute(trx);
  if (users.some((user) => !locked.has(user.id))) return { status: 'used_anew' };
  return { status: 'locked', endpoint, workflowIds: users.map((user) => user.id) };
}

/** Which of these endpoints the organization has. They stay until the transaction ends. */
export async function holdEndpoints(trx: Tx, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_endpoints WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR KEY SHARE`.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** The URLs of those of these endpoints that the organization has, by id. */
export async function findEndpointUrls(trx: Tx, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; url: string }>`
    SELECT id, url FROM webhook_endpoints WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  return new Map(rows.map(({ id, url }) => [id, url]));
}

/**
 * Before an endpoint is given a name. The unique index alone would have two who swap names, or take two names in
 * different orders, wait for each other.
 */
export async function lockEndpointNames(trx: Tx, organizationId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`webhook_endpoints.name ${organizationId}`}, 0))`.execute(
    trx,
  );
}

/** Counts a change of workflows that are locked: they show their endpoints. */
export async function countWorkflowChanges(trx: Tx, ids: string[]): Promise<void> {
  await sql`
    UPDATE workflows SET version = version + 1, updated_at = now() WHERE id = ANY (${ids}::uuid[])`.execute(
    trx,
  );
}

/** Deletes an endpoint that is locked, and the triggers that deleted workflows still have to it. */
export async function deleteEndpoint(trx: Tx, id: string): Promise<void> {
  await sql`DELETE FROM webhook_endpoints WHERE id = ${id}`.execute(trx);
}
