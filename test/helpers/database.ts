import pg from 'pg';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { createLender } from './lending.ts';
import { createTestDatabase } from './postgres.ts';
import type { Test } from './tap.ts';

/**
 * A migrated database that is as empty as after the migrations, with connections that are closed when the test ends.
 * The tests of a file get the same one, one after the other: it is emptied between them.
 */
export async function openTestDatabase(t: Test) {
  const { url } = await lendDatabase(t);
  return { url, ...connectTo(t, url) };
}

/** Connections that are closed when the test ends. */
export function connectTo(t: Test, url: string) {
  const pool = createPool({
    connectionString: url,
    max: 5,
    applicationName: 'test',
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  return { pool, db };
}

export interface ReusableDatabase {
  url: string;
  /** For emptying it: a connection of its own. */
  client: pg.Client;
  schema: string;
  empty: string;
}

export async function makeReusableDatabase(t: Test): Promise<ReusableDatabase> {
  const { url } = await createTestDatabase(t);
  const client = new pg.Client({ connectionString: url, application_name: 'hookgate-test-emptying' });
  // A test may break all connections to its database: then this one is of no use any more.
  client.on('error', () => undefined);
  await client.connect();
  t.teardown(() => client.end());
  return { url, client, schema: await schemaOf(client), empty: await emptying(client) };
}

/** False when it cannot be used again: its schema has changed, or somebody still holds locks in it. */
export async function emptyDatabase({ client, schema, empty }: ReusableDatabase): Promise<boolean> {
  try {
    if ((await schemaOf(client)) !== schema) return false;
    await client.query(empty);
    return true;
  } catch {
    // Its connection was broken by a test, or the locks were not free within the limit.
    return false;
  }
}

const lendDatabase = createLender({ make: makeReusableDatabase, renew: emptyDatabase });

const CATALOGS = [
  'pg_attribute',
  'pg_class',
  'pg_constraint',
  'pg_policy',
  'pg_proc',
  'pg_statistic',
  'pg_trigger',
];
const SCHEMA = `SELECT concat_ws(' ', ${CATALOGS.map(
  (catalog) => `(SELECT concat(count(*), '/', max(xmin::text::bigint)) FROM ${catalog})`,
)}) AS schema`;

/** Changes when somebody makes, alters or drops anything, switches a trigger off or analyzes a table. */
async function schemaOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(SCHEMA);
  return rows[0]?.schema ?? '';
}

const TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname NOT LIKE 'kysely_%'`;
const SEQUENCES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S'`;

/**
 * The statements that put back what is in a database now. Triggers and foreign keys, which would only cost time, are
 * off meanwhile; what cannot have its locks within a moment fails.
 */
async function emptying(client: pg.Client): Promise<string> {
  const restore: string[] = [];
  for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
    restore.push(`DELETE FROM ${name}`);
    const { rows } = await client.query<{ rows: string | null }>(
      `SELECT json_agg(t)::text AS rows FROM ${name} t`,
    );
    const before = rows[0]?.rows ?? null;
    if (before === null) continue;
    const records = `json_populate_recordset(NULL::${name}, ${pg.escapeLiteral(before)})`;
    restore.push(`INSERT INTO ${name} SELECT * FROM ${records}`);
  }
  for (const { name } of (await client.query<{ name: string }>(SEQUENCES)).rows) {
    restore.push(`SELECT setval('${name}', 1, false)`);
  }
  const limits = ['SET LOCAL session_replication_role = replica', "SET LOCAL lock_timeout = '2s'"];
  return ['BEGIN', ...limits, ...restore, 'COMMIT'].join(';\n');
}
