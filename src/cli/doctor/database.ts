import type { Settings } from '../../config.ts';
import { type DatabaseInspection, inspectDatabase } from '../../store/inspect.ts';
import { lineOf } from '../errors.ts';
import { checkEndpoints } from './endpoints.ts';
import { type Finding, findings } from './finding.ts';

const { ok, warning, broken } = findings('database');

/** The database of DATABASE_URL, and the direct way to it where there is one. */
export async function checkDatabase(settings: Settings): Promise<Finding[]> {
  const { databaseUrl, databaseDirectUrl } = settings;
  if (databaseUrl === null) return [];
  const found = await inspect('DATABASE_URL', databaseUrl, async (inspection) => [
    ...judge(inspection, settings),
    ...(inspection.pending?.length === 0 ? await checkEndpoints(databaseUrl, settings) : []),
  ]);
  if (databaseDirectUrl === null) return found;
  return [...found, ...(await inspect('DATABASE_DIRECT_URL', databaseDirectUrl, () => []))];
}

async function inspect(
  setting: string,
  url: string,
  judgeIt: (inspection: DatabaseInspection) => Finding[] | Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    const inspection = await inspectDatabase(url);
    const { version, rights } = inspection;
    const answers = `${setting}: Postgres ${version} answers; database "${rights.database}", user "${rights.user}".`;
    return [ok(answers), ...(await judgeIt(inspection))];
  } catch (error) {
    return [
      broken(
        `${setting} cannot be used: ${lineOf(error)}.`,
        `Check the host, port, user, password and database of ${setting}, and that Postgres runs and lets this machine in.`,
      ),
    ];
  }
}

function judge(inspection: DatabaseInspection, { redisUrl, migrateOnStart }: Settings): Finding[] {
  const { supported, readOnly, pending } = inspection;
  const found: Finding[] = [];
  if (!supported) found.push(broken('It is too old.', 'Use Postgres 15 or newer.'));
  if (readOnly) found.push(broken('It takes no writes.', 'Name the primary, not a replica.'));
  const { createTables, createSchemas, actAsTenant, otherOwner, superuser, user, database } =
    inspection.rights;
  if (superuser) {
    found.push(
      warning(
        'This user is a superuser, which Hookgate needs for nothing.',
        'Let a user that is none own the database and name it in DATABASE_URL: CREATE ROLE hookgate LOGIN CREATEROLE;',
      ),
    );
  }
  if (!createTables) {
    found.push(
      broken(
        'This user may not make tables.',
        `Run as its owner: GRANT CREATE ON SCHEMA public TO "${user}";`,
      ),
    );
  }
  if (!createSchemas && redisUrl === null) {
    found.push(
      broken(
        'This user may not make the schema of the queue.',
        `Run as its owner: GRANT CREATE ON DATABASE "${database}" TO "${user}"; or set REDIS_URL.`,
      ),
    );
  }
  if (!actAsTenant) {
    found.push(
      broken(
        'This user may not act as the role hookgate_tenant, which row-level security needs.',
        `Run as a superuser: CREATE ROLE hookgate_tenant; (if there is none) GRANT hookgate_tenant TO "${user}";`,
      ),
    );
  }
  if (otherOwner !== null) {
    found.push(
      broken(
        `The tables belong to "${otherOwner}", and this user sees none of their rows.`,
        `Use that user in DATABASE_URL, or run as a superuser: GRANT "${otherOwner}" TO "${user}";`,
      ),
    );
  }
  return pending === null ? found : [...found, judgeSchema(pending, migrateOnStart)];
}

function judgeSchema(pending: string[], migrateOnStart: boolean): Finding {
  if (pending.length === 0) return ok('The schema is up to date.');
  const detail = `${pending.length} migrations are missing, ${pending[0]} first.`;
  return migrateOnStart
    ? warning(detail, 'The next start applies them; "npm run migrate" does it now.')
    : broken(detail, 'Run "npm run migrate".');
}
