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
 * processes at once: the migrator holds an advisory lock.
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
    const { error, results } = await migrator(db as unknown as Kysely<never>).migrateToLatest();
    if (error) throw error;
    return (results ?? [])
      .filter((result) => result.status === 'Success')
      .map((result) => result.migrationName);
  } finally {
    await db.destroy();
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
