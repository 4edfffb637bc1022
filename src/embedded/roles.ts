import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Cluster, database, type Passwords, runAlone, serviceRole, superuser } from './cluster.ts';
import { exists, writePrivateFile } from './files.ts';
import { loadOrCreateSecret, type Secret } from './secrets.ts';

const passwordIn = (name: string): Secret => ({
  name,
  pattern: /^[\w-]{43}$/,
  generate: () => randomBytes(32).toString('base64url'),
});

/** The service's way in. */
export const servicePassword = passwordIn('postgres-password');
/** The way in for whoever looks after the database. The service never uses it. */
const superuserPassword = passwordIn('postgres-superuser-password');

/** The passwords of the cluster's roles, made where there are none. */
export async function loadOrCreatePasswords(folder: string): Promise<Passwords> {
  return {
    service: (await loadOrCreateSecret(folder, servicePassword)).value,
    superuser: (await loadOrCreateSecret(folder, superuserPassword)).value,
  };
}

/** In the data directory: there the service's role is no superuser. */
const markName = 'hookgate.roles';

export const areSeparate = ({ directory }: Cluster): Promise<boolean> => exists(join(directory, markName));

export const markSeparate = ({ directory, user }: Cluster): Promise<void> =>
  writePrivateFile(join(directory, markName), `${serviceRole} is no superuser here.\n`, { owner: user });

/**
 * In a cluster of an earlier release the service's role is the one that the cluster was made with, and Postgres lets
 * that one never be less than a superuser. So it gets another name, and a new role its old name, its password and what
 * it owns: all of it, or nothing. The server must be down.
 * @returns why it could not be done; null: it is done.
 */
export async function separateRoles(cluster: Cluster, folder: string): Promise<string | null> {
  const fault = await runAlone(cluster, database, separation(await loadOrCreatePasswords(folder)));
  if (fault === null) await markSeparate(cluster);
  return fault;
}

/** Of what was there before anybody used the cluster nothing is given away. */
const FIRST_OWN_OID = 16_384;

/**
 * One statement, and so one transaction. Nobody can rename the role that they are, which is why somebody else does it.
 * REASSIGN OWNED refuses to take anything from the role that the cluster was made with.
 */
const separation = (passwords: Passwords): string => `
DO $$
DECLARE
  made_with CONSTANT oid := 10;
  change text;
BEGIN
  IF (SELECT rolname FROM pg_authid WHERE oid = made_with) <> '${serviceRole}' THEN
    RETURN;
  END IF;
  CREATE ROLE hookgate_for_a_moment SUPERUSER;
  SET SESSION AUTHORIZATION hookgate_for_a_moment;
  ALTER ROLE ${serviceRole} RENAME TO ${superuser};
  SET SESSION AUTHORIZATION ${superuser};
  DROP ROLE hookgate_for_a_moment;
  ALTER ROLE ${superuser} PASSWORD '${passwords.superuser}';
  CREATE ROLE ${serviceRole} LOGIN CREATEROLE PASSWORD '${passwords.service}';
  ALTER DATABASE ${database} OWNER TO ${serviceRole};
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hookgate_tenant') THEN
    GRANT hookgate_tenant TO ${serviceRole} WITH ADMIN TRUE, SET TRUE, INHERIT FALSE;
  END IF;
  FOR change IN
    SELECT format('ALTER SCHEMA %I', nspname) FROM pg_namespace
    WHERE nspowner = made_with AND oid >= ${FIRST_OWN_OID} AND nspname NOT LIKE 'pg\\_%'
    UNION ALL
    SELECT format('ALTER %s %s', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
      WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
    FROM pg_class c
    WHERE relowner = made_with AND c.oid >= ${FIRST_OWN_OID} AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL
    SELECT format('ALTER ROUTINE %s', oid::regprocedure) FROM pg_proc
    WHERE proowner = made_with AND oid >= ${FIRST_OWN_OID}
    UNION ALL
    SELECT format('ALTER %s %s', CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, oid::regtype) FROM pg_type t
    WHERE typowner = made_with AND oid >= ${FIRST_OWN_OID} AND typtype IN ('c', 'd', 'e', 'r')
      AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c')
  LOOP
    EXECUTE change || ' OWNER TO ${serviceRole}';
  END LOOP;
END $$;`;
