import { type SelectQueryBuilder, sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { asTenant, type Database, type Tx } from '../../src/store/database.ts';
import { type DeadLetterFilter, deadLettersQuery } from '../../src/store/dead-letters.ts';
import { type ExecutionFilter, executionsQuery } from '../../src/store/executions.ts';
import type { LogFilter } from '../../src/store/log-filter.ts';
import { logsQuery } from '../../src/store/log-scan.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t, { type Test } from '../helpers/tap.ts';

const ROWS = 4_000;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/**
 * Two organizations with some thousand rows each: three in four of workflow 0, one in a hundred failed or
 * refused, one in two hundred manual, two a second.
 */
async function fill(t: Test) {
  const { db } = await openTestDatabase(t);
  const [workflow = ''] = await Promise.all([insertRows(db, newId()), insertRows(db, newId())]);
  await sql`ANALYZE`.execute(db);
  return { db, ...(await ownerOf(db, workflow)) };
}

async function ownerOf(db: Database, workflow: string) {
  const { rows } = await sql<{ organization: string }>`
    SELECT organization_id AS organization FROM workflows WHERE id = ${workflow}`.execute(db);
  return { workflow, organization: rows[0]?.organization ?? '' };
}

/** Returns the id of a workflow that has few of the rows. */
async function insertRows(db: Database, organization: string): Promise<string> {
  await sql`INSERT INTO organizations (id, name, slug) VALUES (${organization}, 'Test', ${organization})`.execute(
    db,
  );
  const { rows } = await sql<{ id: string }>`
    INSERT INTO workflows (id, organization_id, name)
    SELECT gen_random_uuid(), ${organization}, 'w' FROM generate_series(1, 4) RETURNING id`.execute(db);
  const workflows = rows.map((row) => row.id);
  // A UUIDv7 of the moment n half seconds ago, with a tail that differs between the organizations.
  const rowsSql = sql`
    SELECT (left(uuidv7_floor(at)::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid AS id,
      at, n, (${workflows}::uuid[])[CASE WHEN n % 4 < 3 THEN 1 ELSE 2 + n % 3 END] AS workflow_id
    FROM (SELECT n, now() - n * interval '500 ms' AS at FROM generate_series(1, ${ROWS}::int) AS n) AS r`;
  await sql`
    INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type, created_at, state)
    SELECT id, ${organization}, workflow_id, CASE WHEN n % 200 = 0 THEN 'manual' ELSE 'webhook' END, at,
      CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'succeeded' END
    FROM (${rowsSql}) AS r`.execute(db);
  await sql`
    INSERT INTO webhook_logs (id, organization_id, workflow_id, received_at, request_id, method, query, headers,
      body_bytes, source_ip, status_code, error_code)
    SELECT id, ${organization}, workflow_id, at, 'r', 'POST', '', '[]', 0, '::1',
      CASE WHEN n % 100 = 0 THEN 401 ELSE 200 END, CASE WHEN n % 100 = 0 THEN 'signature_mismatch' END
    FROM (${rowsSql}) AS r`.execute(db);
  return workflows[3] ?? '';
}

/** Runs a query as a tenant and returns its plan, and how many rows it read in vain. */
function explain<Tables, Table extends keyof Tables, Row>(
  db: Database,
  organization: string,
  query: (trx: Tx) => SelectQueryBuilder<Tables, Table, Row>,
): Promise<{ plan: PlanNode; nodes: PlanNode[]; wasted: number }> {
  return asTenant(db, organization, async (trx) => {
    const [row] = await query(trx)
      .limit(51)
      .explain<{ 'QUERY PLAN': { Plan: PlanNode }[] }>('json', sql`analyze`);
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('no plan');
    const nodes = flatten(plan);
    return {
      plan,
      nodes,
      wasted: nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0),
    };
  });
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

t.test('every combination of filters on executions is served by an index', async (t) => {
  const { db, organization, workflow } = await fill(t);
  const choices: ExecutionFilter[][] = [
    [{}, { workflowId: workflow }],
    [{}, { state: 'failed' }, { state: 'succeeded' }],
    [{}, { triggerType: 'manual' }, { triggerType: 'webhook' }, { triggerType: 'n8n' }],
    [
      {},
      { from: new Date(Date.now() - 600_000) },
      { to: new Date(Date.now() - 600_000) },
      { from: new Date(Date.now() - 900_000), to: new Date(Date.now() - 600_000) },
    ],
  ];
  const filters = choices.reduce(
    (all, options) => all.flatMap((filter) => options.map((option) => ({ ...filter, ...option }))),
    [{}] as ExecutionFilter[],
  );
  t.equal(filters.length, 96);
  for (const filter of filters) {
    const { nodes, wasted } = await explain(db, organization, (trx) => executionsQuery(trx, filter));
    const scans = nodes.filter((node) => node['Node Type'].includes('Scan'));
    const name = JSON.stringify(filter);
    t.ok(scans.length > 0 && scans.every((node) => !node['Node Type'].startsWith('Seq')), name);
    // With half of the table its own, an organization may as well be served by the index on the id alone. A range
    // is read from a minute beyond its end: an id may be made that much later than the time it stands for.
    const leading = scans.some((node) => node['Index Cond']?.includes('organization_id = '));
    t.ok(leading || wasted < ROWS / 10, `${name} reads its own rows, or few others: ${wasted}`);
  }
});

t.test('what is rare is found without reading what is not', async (t) => {
  const { db, organization, workflow } = await fill(t);
  const executions: ExecutionFilter[] = [
    {},
    { workflowId: workflow },
    { state: 'failed' },
    { triggerType: 'manual' },
    { triggerType: 'n8n' },
  ];
  for (const filter of executions) {
    const { wasted } = await explain(db, organization, (trx) => executionsQuery(trx, filter));
    t.ok(wasted < ROWS / 20, `${JSON.stringify(filter)} wasted ${wasted}`);
  }
  const logs: LogFilter[] = [
    {},
    { workflowId: workflow },
    { success: false },
    { errorCode: 'signature_mismatch' },
    { errorCode: 'none' },
    { statusCode: 401 },
  ];
  for (const filter of logs) {
    const { wasted, nodes } = await explain(db, organization, (trx) =>
      logsQuery(trx, { filter, order: 'desc' }),
    );
    t.ok(wasted < ROWS / 20, `${JSON.stringify(filter)} wasted ${wasted}`);
    t.notOk(
      nodes.some((node) => node['Node Type'] === 'Seq Scan' && node['Actual Rows'] > 0),
      JSON.stringify(filter),
    );
  }
});

t.test('a log is found in the one partition of its id', async (t) => {
  const { db, organization } = await fill(t);
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_logs WHERE organization_id = ${organization} LIMIT 1`.execute(db);
  const id = rows[0]?.id ?? '';
  const { nodes } = await explain(db, organization, (trx) =>
    trx.selectFrom('webhook_logs').select('id').where('id', '=', id),
  );
  t.equal(nodes.filter((node) => node['Relation Name'] !== undefined).length, 1);
});

/** A delivery of each execution, to one of four endpoints: those of the failed ones are dead letters, half of them superseded. */
async function insertDeliveries(db: Database, organization: string): Promise<string> {
  const endpoints = Array.from({ length: 4 }, newId);
  await sql`
    INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state, is_superseded, outcome,
      created_at, finished_at)
    SELECT e.id, e.organization_id, e.id, e.workflow_id,
      (${endpoints}::uuid[])[CASE WHEN e.n % 5 > 0 THEN 1 ELSE 2 + e.n % 3 END],
      CASE WHEN e.state = 'failed' THEN 'dead_lettered' ELSE 'succeeded' END, e.state = 'failed' AND e.n % 2 = 0,
      CASE WHEN e.n % 3 = 0 THEN 'timed_out' ELSE 'http_503' END, e.created_at, e.created_at
    FROM (SELECT *, row_number() OVER (PARTITION BY state ORDER BY id) AS n FROM workflow_executions
      WHERE organization_id = ${organization}) AS e`.execute(db);
  await sql`ANALYZE`.execute(db);
  return endpoints[3] ?? '';
}

t.test('dead letters are found without reading what is alive', async (t) => {
  const { db, organization, workflow } = await fill(t);
  await sql`DELETE FROM execution_transitions`.execute(db);
  const { rows } = await sql<{
    id: string;
  }>`SELECT id FROM organizations WHERE id <> ${organization}`.execute(db);
  for (const { id } of rows) await insertDeliveries(db, id);
  const endpointId = await insertDeliveries(db, organization);
  const filters: DeadLetterFilter[] = [
    {},
    { workflowId: workflow },
    { endpointId },
    { outcome: 'timed_out' },
    { from: new Date(Date.now() - 900_000) },
    { to: new Date(Date.now() - 600_000) },
    { workflowId: workflow, endpointId, outcome: 'timed_out' },
  ];
  const dead = ROWS / 100;
  for (const filter of filters) {
    const { nodes, wasted } = await explain(db, organization, (trx) => deadLettersQuery(trx, filter));
    const name = JSON.stringify(filter);
    t.ok(wasted <= 2 * dead, `${name} reads dead letters, and nothing else: ${wasted} in vain`);
    t.notOk(
      nodes.some(
        (node) =>
          node['Node Type'] === 'Seq Scan' &&
          /^(deliveries|workflow_executions)$/.test(node['Relation Name'] ?? ''),
      ),
      name,
    );
  }
});

t.test(
  'a changed endpoint finds the workflows that fall back on it without reading all triggers',
  async (t) => {
    const { db } = await openTestDatabase(t);
    const [organization, workflow] = [newId(), newId()];
    await sql`INSERT INTO organizations (id, name, slug) VALUES (${organization}, 'Test', ${organization})`.execute(
      db,
    );
    await sql`INSERT INTO workflows (id, organization_id, name) VALUES (${workflow}, ${organization}, 'w')`.execute(
      db,
    );
    await sql`
    INSERT INTO webhook_endpoints (id, organization_id, name, url, secret_ciphertext, encryption_key_id)
    SELECT gen_random_uuid(), ${organization}, 'e' || n, 'http://127.0.0.1/', '', 'k' FROM generate_series(1, ${ROWS}::int) AS n`.execute(
      db,
    );
    await sql`
    INSERT INTO workflow_triggers (id, organization_id, workflow_id, endpoint_id, fallback)
    SELECT gen_random_uuid(), ${organization}, ${workflow}, id,
      jsonb_build_array(jsonb_build_object('type', 'endpoint', 'endpointId', gen_random_uuid()))
    FROM webhook_endpoints`.execute(db);
    await sql`VACUUM ANALYZE workflow_triggers`.execute(db);
    const read = await asTenant(db, organization, async (trx) => {
      await sql`UPDATE webhook_endpoints SET timeout_ms = 1000 WHERE name = 'e1'`.execute(trx);
      const { rows } = await sql<{ read: string }>`
      SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = 'workflow_triggers'`.execute(
        trx,
      );
      return Number(rows[0]?.read);
    });
    t.ok(read >= 1 && read < 10, `read ${read}`);
  },
);
