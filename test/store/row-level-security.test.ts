import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { asTenant, type Database } from '../../src/store/database.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t, { type Test } from '../helpers/tap.ts';

/** All that a tenant may do with each table: what the management API does as the tenant, and nothing else. */
const RIGHTS: Record<string, string> = {
  alert_episodes: 'SELECT',
  api_keys: 'SELECT INSERT UPDATE',
  daily_use: 'SELECT',
  data_sync_configs: 'SELECT INSERT UPDATE DELETE',
  deliveries: 'SELECT UPDATE',
  delivery_attempts: 'SELECT',
  endpoint_gates: 'SELECT',
  endpoint_inbound_secrets: 'SELECT INSERT UPDATE',
  execution_transitions: 'SELECT',
  idempotency_keys: 'SELECT INSERT UPDATE',
  replays: 'SELECT INSERT UPDATE',
  sync_conflicts: 'SELECT INSERT UPDATE',
  sync_records: 'SELECT INSERT UPDATE',
  sync_runs: 'SELECT INSERT UPDATE',
  webhook_dedup: 'SELECT',
  webhook_endpoints: 'SELECT INSERT UPDATE DELETE',
  webhook_event_attempts: 'SELECT',
  webhook_events: 'SELECT INSERT UPDATE',
  webhook_logs: 'SELECT',
  webhook_refusal_counts: 'SELECT',
  webhook_secrets: 'SELECT INSERT UPDATE',
  workflow_executions: 'SELECT INSERT UPDATE',
  workflow_triggers: 'SELECT INSERT UPDATE DELETE',
  workflows: 'SELECT INSERT UPDATE',
};

interface Table {
  name: string;
  secured: boolean;
  partition: boolean;
  rights: string[];
}

async function tablesWith(db: Database, column: 'organization_id' | null): Promise<Table[]> {
  const { rows } = await sql<Table>`
    SELECT c.relname AS name, c.relrowsecurity AS secured, c.relispartition AS partition,
      ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p
        WHERE has_table_privilege('hookgate_tenant', c.oid, p)) AS rights
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
    ) = ${column !== null}
    ORDER BY 1`.execute(db);
  return rows;
}

const tenantTables = async (db: Database) =>
  (await tablesWith(db, 'organization_id')).filter((table) => !table.partition);

/** An organization with a row in every table that has an organization. */
async function insertTenant(db: Database) {
  const organization = newId();
  const [workflow, endpoint, trigger, execution, delivery] = Array.from({ length: 5 }, newId);
  await sql`INSERT INTO organizations (id, name, slug) VALUES (${organization}, 'Test', ${organization})`.execute(
    db,
  );
  await sql`INSERT INTO api_keys (id, organization_id, name, prefix, key_sha256, scopes)
    VALUES (${newId()}, ${organization}, 'k', 'hg', sha256(${organization}::text::bytea), '{}')`.execute(db);
  await sql`INSERT INTO workflows (id, organization_id, name) VALUES (${workflow}, ${organization}, 'w')`.execute(
    db,
  );
  await sql`INSERT INTO webhook_secrets (id, organization_id, workflow_id, ciphertext, encryption_key_id)
    VALUES (${newId()}, ${organization}, ${workflow}, '', 'k')`.execute(db);
  await sql`INSERT INTO webhook_endpoints (id, organization_id, name, url, secret_ciphertext, encryption_key_id)
    VALUES (${endpoint}, ${organization}, 'e', 'http://127.0.0.1/', '', 'k')`.execute(db);
  await sql`INSERT INTO endpoint_inbound_secrets (id, organization_id, endpoint_id, ciphertext, encryption_key_id)
    VALUES (${newId()}, ${organization}, ${endpoint}, '', 'k')`.execute(db);
  await sql`INSERT INTO workflow_triggers (id, organization_id, workflow_id, endpoint_id)
    VALUES (${trigger}, ${organization}, ${workflow}, ${endpoint})`.execute(db);
  await sql`INSERT INTO webhook_logs (id, organization_id, workflow_id, received_at, request_id, method, query, headers,
      body_bytes, source_ip, status_code)
    VALUES (${newId()}, ${organization}, ${workflow}, now(), 'r', 'POST', '', '[]', 0, '::1', 200)`.execute(
    db,
  );
  await sql`INSERT INTO webhook_refusal_counts VALUES (${organization}, ${workflow}, now(), 'x', 1)`.execute(
    db,
  );
  await sql`INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type)
    VALUES (${execution}, ${organization}, ${workflow}, 'manual')`.execute(db);
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${execution}`.execute(db);
  await sql`INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state)
    VALUES (${delivery}, ${organization}, ${execution}, ${trigger}, ${endpoint}, 'pending')`.execute(db);
  await sql`INSERT INTO delivery_attempts (organization_id, delivery_id, attempt, run, started_at, outcome, result, request_url)
    VALUES (${organization}, ${delivery}, 1, 1, now(), 'x', 'failed', '')`.execute(db);
  await sql`INSERT INTO endpoint_gates (endpoint_id, organization_id) VALUES (${endpoint}, ${organization})`.execute(
    db,
  );
  await sql`INSERT INTO idempotency_keys VALUES (${organization}, ${workflow}, 'k', '', ${execution}, now())`.execute(
    db,
  );
  await sql`INSERT INTO webhook_dedup VALUES (${organization}, ${workflow}, sha256(''), ${execution}, now())`.execute(
    db,
  );
  const event = newId();
  await sql`INSERT INTO webhook_events (id, organization_id, direction, event, state, endpoint_id, body_bytes, next_attempt_at)
    VALUES (${event}, ${organization}, 'out', 'e', 'pending', ${endpoint}, 0, now())`.execute(db);
  await sql`INSERT INTO webhook_event_attempts (organization_id, event_id, attempt, run, started_at, outcome, result)
    VALUES (${organization}, ${event}, 1, 1, now(), 'x', 'failed')`.execute(db);
  await sql`INSERT INTO replays (id, organization_id, filter, rate_per_second, total, until_log_id, requested_by)
    VALUES (${newId()}, ${organization}, '{}', 1, 0, ${newId()}, 'k')`.execute(db);
  await sql`INSERT INTO alert_episodes (id, organization_id, workflow_id, kind, started_at, last_seen_at, details)
    VALUES (${newId()}, ${organization}, ${workflow}, 'execution_overdue', now(), now(), '{}')`.execute(db);
  await sql`INSERT INTO daily_use VALUES (${organization}, 'stored_bytes', now(), 1)`.execute(db);
  await insertSyncRows(db, { organization, endpoint: endpoint ?? '' });
  return { organization, workflow: workflow ?? '', endpoint: endpoint ?? '', execution: execution ?? '' };
}

async function insertSyncRows(
  db: Database,
  { organization, endpoint }: { organization: string; endpoint: string },
) {
  const config = newId();
  await sql`INSERT INTO data_sync_configs (id, organization_id, entity, direction, endpoint_id, conflict_policy)
    VALUES (${config}, ${organization}, 'e', 'inbound', ${endpoint}, 'manual')`.execute(db);
  await sql`INSERT INTO sync_records (organization_id, config_id, key, data, version, clock, origin, change_seq, changed_at)
    VALUES (${organization}, ${config}, 'k', '{}', 1, 'c', 'local', 1, now())`.execute(db);
  await sql`INSERT INTO sync_conflicts (id, organization_id, config_id, key, local_version, local_clock, remote_clock)
    VALUES (${newId()}, ${organization}, ${config}, 'k', 1, 'c', 'd')`.execute(db);
  await sql`INSERT INTO sync_runs (id, organization_id, config_id, direction, requested_by)
    VALUES (${newId()}, ${organization}, ${config}, 'outbound', 'k')`.execute(db);
}

async function setUp(t: Test) {
  const { db } = await openTestDatabase(t);
  return { db, own: await insertTenant(db), other: await insertTenant(db) };
}

/** The SQLSTATE with which a statement was refused; `done` when it was not. */
const refusal = (statement: Promise<unknown>): Promise<string> =>
  statement.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

const DENIED = '42501';

t.test('every table with an organization has row-level security and the tenant policy', async (t) => {
  const { db } = await openTestDatabase(t);
  const tables = await tenantTables(db);
  t.ok(tables.length >= 12);
  const { rows: policies } = await sql<{
    tablename: string;
    cmd: string;
    roles: string;
    qual: string;
    with_check: string;
  }>`
    SELECT tablename, cmd, roles::text, qual, with_check FROM pg_policies WHERE schemaname = current_schema()`.execute(
    db,
  );
  const own = '(organization_id = current_organization_id())';
  for (const { name, secured, rights } of tables) {
    t.ok(secured, `${name} has row-level security`);
    t.same(
      policies.filter((policy) => policy.tablename === name),
      [{ tablename: name, cmd: 'ALL', roles: '{hookgate_tenant}', qual: own, with_check: own }],
      `${name} has one policy, for reading and for writing`,
    );
    t.equal(rights.join(' '), RIGHTS[name], `the rights on ${name}`);
  }
});

t.test('a tenant has no way around the policies', async (t) => {
  const { db } = await openTestDatabase(t);
  const partitions = (await tablesWith(db, 'organization_id')).filter((table) => table.partition);
  t.ok(partitions.length > 0);
  for (const { name, rights } of partitions) t.same(rights, [], `${name} is reached through its parent only`);
  for (const { name, secured, rights } of await tablesWith(db, null)) {
    t.same(rights, name === 'organizations' ? ['SELECT'] : [], name);
    if (name === 'organizations') t.ok(secured);
  }
  const { rows: others } = await sql`
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind NOT IN ('r', 'p', 'i', 'I')
      AND has_table_privilege('hookgate_tenant', oid, 'SELECT, INSERT, UPDATE, DELETE')`.execute(db);
  t.same(others, [], 'no view and no sequence leads around them');
  const { rows: columns } = await sql`
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND a.attacl IS NOT NULL`.execute(db);
  t.same(columns, [], 'rights are given on whole tables, where they are seen');
  const { rows } = await sql<{ rolsuper: boolean; rolbypassrls: boolean; rolcanlogin: boolean }>`
    SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = 'hookgate_tenant'`.execute(db);
  t.same(rows, [{ rolsuper: false, rolbypassrls: false, rolcanlogin: false }]);
});

t.test('a tenant makes nothing, and runs with more rights only what keeps to our schema', async (t) => {
  const { db } = await openTestDatabase(t);
  const { rows: schemas } = await sql`
    SELECT nspname FROM pg_namespace WHERE has_schema_privilege('hookgate_tenant', oid, 'CREATE')`.execute(
    db,
  );
  t.same(schemas, []);
  const { rows: functions } = await sql<{ name: string; config: string; result: string; schema: string }>`
    SELECT proname AS name, proconfig::text AS config, prorettype::regtype::text AS result, current_schema() AS schema
    FROM pg_proc
    WHERE prosecdef AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`.execute(
    db,
  );
  t.ok(functions.length >= 4);
  for (const { name, config, result, schema } of functions) {
    t.equal(config, `{"search_path=${schema}, pg_temp"}`, name);
    t.equal(result, 'trigger', `${name} is called by nobody`);
  }
});

t.test("foreign keys between tenants' tables carry the organization", async (t) => {
  const { db } = await openTestDatabase(t);
  const names = (await tenantTables(db)).map((table) => table.name);
  const { rows } = await sql<{
    at: string;
    from_table: string;
    to_table: string;
    pairs: string[];
    deletes: string;
    cleared: string[];
  }>`
    SELECT conname AS at, conrelid::regclass::text AS from_table, confrelid::regclass::text AS to_table,
      confdeltype::text AS deletes,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (confdelsetcols)) AS cleared,
      ARRAY(SELECT a.attname || '=' || b.attname FROM unnest(conkey, confkey) AS k (x, y)
        JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.x
        JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = k.y) AS pairs
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`.execute(db);
  const between = rows.filter((key) => names.includes(key.from_table) && names.includes(key.to_table));
  t.ok(between.length >= 9);
  for (const { at, pairs } of between) t.ok(pairs.includes('organization_id=organization_id'), at);
  for (const { at, deletes, cleared } of rows) {
    t.match(deletes, /^[cn]$/, `${at} says what a deletion does`);
    // Without the columns named, SET NULL would take the organization off the row.
    if (deletes === 'n') t.ok(cleared.length > 0 && !cleared.includes('organization_id'), at);
  }
});

t.test('a tenant reads its own rows and no others', async (t) => {
  const { db, own, other } = await setUp(t);
  for (const { name } of await tenantTables(db)) {
    const read = async (organization: string) =>
      asTenant(db, organization, async (trx) => {
        const { rows } = await sql<{
          id: string;
        }>`SELECT organization_id AS id FROM ${sql.table(name)}`.execute(trx);
        return rows.map((row) => row.id);
      });
    t.same([...new Set(await read(own.organization))], [own.organization], name);
    t.same([...new Set(await read(other.organization))], [other.organization], name);
    t.same(await read(newId()), [], `${name} for nobody`);
  }
  const organizations = await asTenant(db, own.organization, (trx) =>
    trx.selectFrom('organizations').select('id').execute(),
  );
  t.same(organizations, [{ id: own.organization }]);
  const forgotten = db.transaction().execute(async (trx) => {
    await sql`SET LOCAL ROLE hookgate_tenant`.execute(trx);
    return (await sql`SELECT id FROM workflows`.execute(trx)).rows;
  });
  t.same(await forgotten, [], 'who does not say whom it acts for sees nothing');
  const after = await sql`SELECT id FROM workflows`.execute(db);
  t.ok(after.rows.length >= 2, 'and the role ends with its transaction');
});

t.test('a tenant writes its own rows and no others', async (t) => {
  const { db, own, other } = await setUp(t);
  for (const { name, rights } of await tenantTables(db)) {
    const table = sql.table(name);
    const as = (statement: ReturnType<typeof sql>) =>
      refusal(asTenant(db, own.organization, (trx) => statement.execute(trx)));
    const { rows } = await sql<{ column: string }>`
      SELECT attname AS column FROM pg_attribute
      WHERE attrelid = ${name}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`.execute(db);
    const columns = sql.join(rows.map((row) => sql.ref(row.column)));
    const values = sql.join(
      rows.map((row) =>
        row.column === 'organization_id' ? sql`${other.organization}::uuid` : sql.ref(row.column),
      ),
    );
    t.equal(
      await as(sql`INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table}`),
      DENIED,
      `${name}: no row for somebody else`,
    );
    const give = await as(sql`UPDATE ${table} SET organization_id = ${other.organization}`);
    t.equal(give, DENIED, `${name}: no row given away`);
    const touched = await sql`SELECT 1 FROM ${table} WHERE organization_id = ${other.organization}`.execute(
      db,
    );
    if (rights.includes('DELETE')) {
      await as(sql`DELETE FROM ${table} WHERE organization_id = ${other.organization}`);
    } else {
      t.equal(await as(sql`DELETE FROM ${table}`), DENIED, `${name}: nothing deleted`);
    }
    const left = await sql`SELECT 1 FROM ${table} WHERE organization_id = ${other.organization}`.execute(db);
    t.equal(left.rows.length, touched.rows.length, name);
  }
});

t.test("a reference to another organization's object is refused even for the owner", async (t) => {
  const { db, own, other } = await setUp(t);
  const trigger = sql`INSERT INTO workflow_triggers (id, organization_id, workflow_id, endpoint_id)
    VALUES (${newId()}, ${own.organization}, ${own.workflow}, ${other.endpoint})`;
  t.equal(await refusal(trigger.execute(db)), '23503');
  const execution = sql`INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type)
    VALUES (${newId()}, ${own.organization}, ${other.workflow}, 'manual')`;
  t.equal(await refusal(execution.execute(db)), '23503');
  t.equal(await refusal(asTenant(db, own.organization, (trx) => execution.execute(trx))), '23503');
});

t.test('a tenant moves its executions by the rules, and writes no transitions by hand', async (t) => {
  const { db, own } = await setUp(t);
  const move = (state: string) =>
    refusal(
      asTenant(db, own.organization, (trx) =>
        sql`UPDATE workflow_executions SET state = ${state} WHERE id = ${own.execution}`.execute(trx),
      ),
    );
  t.equal(await move('queued'), '23514');
  t.equal(await move('cancelled'), 'done');
  t.equal(await move('running'), '23514');
  const byOwnRules = asTenant(db, own.organization, async (trx) => {
    await sql`CREATE TEMP TABLE execution_moves ON COMMIT DROP AS
      SELECT 'cancelled'::text AS from_state, 'running'::text AS to_state`.execute(trx);
    await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${own.execution}`.execute(trx);
  });
  t.equal(await refusal(byOwnRules), '23514', 'nor by rules of its own in a temporary table');
  const { rows } = await sql<{ to_state: string }>`
    SELECT to_state FROM execution_transitions WHERE execution_id = ${own.execution} ORDER BY seq`.execute(
    db,
  );
  t.same(rows, [{ to_state: 'running' }, { to_state: 'cancelled' }]);
});
