import { sql } from 'kysely';
import { digestOf, prefixOf } from '../domain/api-key.ts';
import { newId } from '../domain/ids.ts';
import { SCOPES, type Scope } from '../domain/scopes.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Database, Tx } from './database.ts';

/** An API key as it is cached: without the key. */
export interface StoredKey {
  id: string;
  organizationId: string;
  scopes: ReadonlySet<Scope>;
  expiresAt: Date | null;
}

/** What may be shown of an API key. */
export interface KeyInfo {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

interface Row {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

/** Never the hash: it is all that is needed to find out whether a key that leaked is this one. */
const COLUMNS = sql`id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at`;

const cursors = idCursor('api_keys');

/** Reads a key by the hex SHA-256 of it; null when there is none, or it was revoked. */
export async function loadApiKey(db: Database, sha256: string): Promise<StoredKey | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'organization_id', 'scopes', 'expires_at'])
    .where('key_sha256', '=', Buffer.from(sha256, 'hex'))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  const scopes = new Set(knownScopes(row.scopes));
  return { id: row.id, organizationId: row.organization_id, scopes, expiresAt: row.expires_at };
}

export interface NewKey {
  organizationId: string;
  name: string;
  /** The key itself: only its prefix and its hash are stored. */
  key: string;
  scopes: readonly Scope[];
  /** null: never. */
  expiresAt: Date | null;
}

export async function insertApiKey(trx: Tx, { key, ...fields }: NewKey): Promise<KeyInfo> {
  const { rows } = await sql<Row>`
    INSERT INTO api_keys (id, organization_id, name, prefix, key_sha256, scopes, expires_at)
    VALUES (${newId()}, ${fields.organizationId}, ${fields.name}, ${prefixOf(key)}, ${digestOf(key)},
      ${[...fields.scopes]}::text[], ${fields.expiresAt})
    RETURNING ${COLUMNS}`.execute(trx);
  return toInfo(rows[0] as Row);
}

export async function findApiKey(trx: Tx, id: string): Promise<KeyInfo | null> {
  const { rows } = await sql<Row>`SELECT ${COLUMNS} FROM api_keys WHERE id = ${id}`.execute(trx);
  return rows[0] === undefined ? null : toInfo(rows[0]);
}

/** Newest first, with those that were revoked or have expired. */
export async function listApiKeys(trx: Tx, { limit, cursor }: PageRequest): Promise<Page<KeyInfo>> {
  const [after] = cursor === undefined ? [] : cursors.decode(cursor);
  const { rows } = await sql<Row>`
    SELECT ${COLUMNS} FROM api_keys WHERE ${after === undefined ? sql`true` : sql`id < ${after}::uuid`}
    ORDER BY id DESC LIMIT ${limit + 1}`.execute(trx);
  return toPage(rows, limit, { item: toInfo, cursor: (row) => cursors.encode(row.id) });
}

/** Revoking again changes nothing, and leaves the time of the first. */
export async function revokeApiKey(trx: Tx, id: string): Promise<'revoked' | 'not_found'> {
  const { rows } = await sql<{ revoked_at: Date | null }>`
    SELECT revoked_at FROM api_keys WHERE id = ${id} FOR NO KEY UPDATE`.execute(trx);
  const [row] = rows;
  if (!row) return 'not_found';
  if (row.revoked_at === null) {
    await sql`UPDATE api_keys SET revoked_at = now() WHERE id = ${id}`.execute(trx);
  }
  return 'revoked';
}

/** Notes that these were used just now. In order, so that two processes that do so cannot deadlock. */
export async function markApiKeysUsed(db: Database, ids: string[]): Promise<void> {
  await sql`
    UPDATE api_keys SET last_used_at = now()
    WHERE id IN (SELECT id FROM api_keys WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE)`.execute(
    db,
  );
}

/** In the order in which scopes are told. */
const knownScopes = (stored: readonly string[]): Scope[] => SCOPES.filter((scope) => stored.includes(scope));

const toInfo = (row: Row): KeyInfo => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: knownScopes(row.scopes),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
});
