import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { runMigrations } from '../../src/store/migrate.ts';

const migrations = new URL('../../migrations/', import.meta.url);
// Any number, the same for all who prepare a template on one server at once.
const lock = 5_214_390_117;

/** Runs one piece of work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'hookgate-test-admin' });
  // When the server goes away, the query fails too, and that is where it is told.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Makes a database with all migrations applied, once for each state of the migrations folder: its name is made
 * from their text, so that a server that outlives a test run never hands out an old schema.
 */
export async function ensureTemplate(adminUrl: string): Promise<string> {
  const name = `hookgate_template_${await fingerprint()}`;
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    // Renamed when it is whole: a template that an interrupted run left half migrated is never cloned.
    const unfinished = `hookgate_unfinished_${randomBytes(6).toString('hex')}`;
    await client.query(`CREATE DATABASE ${unfinished}`);
    await runMigrations(databaseUrl(adminUrl, unfinished));
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
  });
  return name;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(migrations)).sort()) {
    hash.update(file).update(await readFile(new URL(file, migrations)));
  }
  return hash.digest('hex').slice(0, 12);
}
