import { readdir } from 'node:fs/promises';
import { type Kysely, type Migration, type MigrationProvider, Migrator, sql } from 'kysely';
import { createDatabase, createPool, type Database } from './database.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);
export const MINIMUM_SERVER_VERSION = 150_000;

/** The migrations as files, TypeScript from a checkout and JavaScript from a build. */
const provider: MigrationProvider = {
  async getMigrations() {
    const files = (await readdir(FOLDER)).filter((file) => /^\d{4}_\w+\.(ts|js)$/.test(file));
    const load = async (file: string): Promise<[string, Migration]> => [
      file.replace(/\.\w+$/, ''),
      (await import(new URL(file, FOLDER).href)) as Migration,
    ];
    return Object.fromEntries(await Promise.all(files.map(load)));
  },
};

const migrator = (db: Kysely<never>) => new Migrator({ db, provider });

/**
 * Brings the schema up to date and returns the names of what was applied. Safe to call from several
 * processes at once: the migrator holds an advisory lock for each. Those before one that fails stay applied.
 */
export async function runMigrations(connectionString: string): Promise<string[]> {
  const pool = createPool({
    connectionString,
    max: 1,
    applicationName: 'hookgate-migrate',
    // Waiting for another process that migrates is normal, and so is an index that takes long to build.
    queryTimeoutMs: 600_000,
    connectTimeoutMs: 10_000,
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  try {
    await checkServerVersion(db as unknown as Kysely<never>);
    return await applyAll(migrator(db as unknown as Kysely<never>));
  } finally {
    await db.destroy();
  }
}

/**
 * Each in a transaction of its own: all in one would hold the locks of the first, which those who serve wait for,
 * until the last had built its indexes.
 */
async function applyAll(steps: Migrator): Promise<string[]> {
  const applied: string[] = [];
  for (;;) {
    const { error, results = [] } = await steps.migrateUp();
    if (error) throw error;
    if (results.length === 0) return applied;
    applied.push(...results.map((result) => result.migrationName));
  }
}

/** The migrations this build knows and the database has not had. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const migrations = await migrator(db as unknown as Kysely<never>).getMigrations();
  return migrations.filter((migration) => !migration.executedAt).map((migration) => migration.name);
}

async function checkServerVersion(db: Kysely<never>): Promise<void> {
  const { rows } = await sql<{ server_version_num: string }>`SHOW server_version_num`.execute(db);
  if (Number(rows[0]?.server_version_num) < MINIMUM_SERVER_VERSION) {
    throw new Error('Hookgate needs Postgres 15 or newer: DATABASE_URL points at an older server.');
  }
}
