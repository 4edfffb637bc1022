import { type SelectQueryBuilder, sql } from 'kysely';
import t, { type Test } from 'tap';
import { newId } from '../../src/domain/ids.ts';
import { asTenant, type Database, type Tx } from '../../src/store/database.ts';
import { type ExecutionFilter, executionsQuery } from '../../src/store/executions.ts';
import type { LogFilter } from '../../src/store/log-filter.ts';
import { logsQuery } from '../../src/store/log-scan.ts';
import { openTestDatabase } from '../helpers/database.ts';

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
