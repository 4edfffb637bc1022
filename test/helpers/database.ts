import pg from 'pg';
import { createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { createLender } from './lending.ts';
import { createTestDatabase } from './postgres.ts';
import type { Test } from './tap.ts';

/**
 * A migrated database that is as empty as after the migrations, with connections to it. The tests of a file get the
 * same one, one after the other: it is emptied between them.
 */
export async function openTestDatabase(t: Test): Promise<Pick<ReusableDatabase, 'url' | 'pool' | 'db'>> {
  return lendDatabase(t);
}

export interface ReusableDatabase {
  url: string;
  pool: pg.Pool;
  db: Database;
  /** As it was when it was new. */
  schema: string;
  /** What makes it empty. */
  empty: string;
}

/** One that is dropped, and its connections closed, when the test ends. */
export async function makeReusableDatabase(t: Test): Promise<ReusableDatabase> {
  const { url } = await createTestDatabase(t);
  const pool = createPool({
    connectionString: url,
    max: 5,
    applicationName: 'test',
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  return { url, pool, db, schema: await schemaOf(pool), empty: await emptying(pool) };
}

/** False when it cannot be used again: closed, its schema changed, or somebody still at work or holding locks in it. */
export async function emptyDatabase({ pool, schema, empty }: ReusableDatabase): Promise<boolean> {
  if (pool.ending || pool.idleCount < pool.totalCount) return false;
  const client = await pool.connect();
  try {
    const isAsNew = (await schemaOf(client)) === schema;
    if (isAsNew) await client.query(empty);
    client.release();
    return isAsNew;
  } catch (error) {
    client.release(true);
    // 55P03: the locks were not free within the limit. Of class 57 and without a code: a test broke the connection.
    if (error instanceof pg.DatabaseError && !/^(55P03|57)/.test(error.code ?? '')) throw error;
    return false;
  }
}

const lendDatabase = createLender({ make: makeReusableDatabase, renew: emptyDatabase });

type Queryable = Pick<pg.ClientBase, 'query'>;

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
async function schemaOf(client: Queryable): Promise<string> {
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
async function emptying(client: Queryable): Promise<string> {
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
