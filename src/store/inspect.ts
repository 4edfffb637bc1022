import { sql } from 'kysely';
import { createDatabase, createPool, type Database } from './database.ts';
import { MINIMUM_SERVER_VERSION, pendingMigrations } from './migrate.ts';

/** What a database is like that this service is to work on. */
export interface DatabaseInspection {
  /** As the server says it, e.g. 16.4. */
  version: string;
  supported: boolean;
  /** A replica, or one that was told to be read-only. */
  readOnly: boolean;
  /** Migrations that it has not had; all of them for an empty one. null: the user may not even look. */
  pending: string[] | null;
  rights: Rights;
}

/** What the connecting user may do. */
interface Rights {
  user: string;
  /** Whether nothing is forbidden to it. */
  superuser: boolean;
  database: string;
  /** To make tables: migrations do, and the partition of each day. */
  createTables: boolean;
  /** To make the schema of the queue. */
  createSchemas: boolean;
  /** To act as the role `hookgate_tenant`, or to make it, or to give it to itself as the migrations do. */
  actAsTenant: boolean;
  /** Who owns the tables, where the user is neither that nor a member of it: row-level security hides them all. */
  otherOwner: string | null;
}

interface Row extends Omit<Rights, 'otherOwner'> {
  version: string;
  versionNumber: number;
  readOnly: boolean;
}

/**
 * Looks, and changes nothing.
 * @throws the driver's error when the database does not let us in or does not answer.
 */
export async function inspectDatabase(connectionString: string): Promise<DatabaseInspection> {
  const pool = createPool({
    connectionString,
    max: 1,
    applicationName: 'hookgate-doctor',
    // Whatever stands before the database.
    pooled: true,
    // Whoever is using the connection learns of its errors from their statement.
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  try {
    const { version, versionNumber, readOnly, ...rights } = await readRow(db);
    const otherOwner = await findOtherOwner(db);
    return {
      version,
      supported: versionNumber >= MINIMUM_SERVER_VERSION,
      readOnly,
      pending: await visiblePending(db),
      rights: { ...rights, otherOwner },
    };
  } finally {
    await db.destroy();
  }
}

async function readRow(db: Database): Promise<Row> {
  const { rows } = await sql<Row>`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS "version",
      current_setting('server_version_num')::int AS "versionNumber",
      current_setting('transaction_read_only') = 'on' AS "readOnly",
      current_user::text AS "user",
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "superuser",
      current_database()::text AS "database",
      coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "createTables",
      has_database_privilege(current_database(), 'CREATE') AS "createSchemas",
      coalesce(
        (SELECT CASE WHEN current_setting('server_version_num')::int < 160000 THEN pg_has_role(oid, 'MEMBER')
          ELSE pg_has_role(oid, 'SET') OR pg_has_role(oid, 'SET WITH ADMIN OPTION') END
          FROM pg_roles WHERE rolname = 'hookgate_tenant'),
        (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user)
      ) AS "actAsTenant"`.execute(db);
  return rows[0] as Row;
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function visiblePending(db: Database): Promise<string[] | null> {
  try {
    return await pendingMigrations(db);
  } catch (error) {
    if ((error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE) return null;
    throw error;
  }
}

async function findOtherOwner(db: Database): Promise<string | null> {
  const { rows } = await sql<{ owner: string }>`
    SELECT pg_get_userbyid(relowner)::text AS owner FROM pg_class
    WHERE oid = to_regclass('webhook_logs') AND NOT pg_has_role(relowner, 'USAGE')`.execute(db);
  return rows[0]?.owner ?? null;
}
