import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import type { IngestRow } from '../../src/store/ingest-batch.ts';
import { insertRefusals, type Refusal } from '../../src/store/refusals.ts';
import { ingestRow } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';
import { type Client, idOf, itemsOf, setUp } from './management.ts';

/** A workflow, and ways to have its webhooks accepted and refused. */
export async function withLogs(t: Test, lend?: Parameters<typeof setUp>[1]) {
  const instance = await setUp(t, lend);
  const { call, db, pool, organizationId } = instance;
  const workflowId = idOf(await call('POST', '/api/workflows', { body: { name: 'a' } }));
  const accept = async (overrides: Partial<IngestRow> = {}) => {
    const row = ingestRow(workflowId, { organizationId, ...overrides });
    await writeIngestBatch(pool, [row]);
    return row;
  };
  const refuse = async (
    errorCode: string,
    statusCode: number,
    workflow = workflowId,
    overrides: Partial<Refusal> = {},
  ) => {
    const row = {
      logId: newId(),
      organizationId,
      workflowId: workflow,
      receivedAtMs: Date.now(),
      requestId: 'refused',
      method: 'POST',
      query: '',
      headers: '[["x-webhook-signature","sha256=00"]]',
      bodyBytes: 17,
      sourceIp: '203.0.113.7',
      statusCode,
      errorCode,
      diagnosis: null,
      ...overrides,
    };
    await insertRefusals(db, [row]);
    return row.logId;
  };
  const show = (id: string) => call('GET', `/api/webhook-logs/${id}`);
  return { ...instance, workflowId, accept, refuse, show };
}

/** All ids of a list, page by page, and how many pages it took; `between` is called after each page. */
export async function walk(
  call: Client,
  path: string,
  query: Record<string, string | number>,
  between: () => Promise<unknown> = async () => null,
) {
  const ids: unknown[] = [];
  const sizes: number[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const parameters = new URLSearchParams({
      ...Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
      ...(cursor !== '' && { cursor }),
    });
    const answer = await call('GET', `${path}?${parameters}`);
    if (answer.status !== 200) throw new Error(`${path}?${parameters} answered ${answer.text}`);
    const page = itemsOf(answer).map((item) => item.id);
    ids.push(...page);
    sizes.push(page.length);
    cursor = answer.json.nextCursor as string | null;
    await between();
  }
  return { ids, sizes };
}

/** As SQL: `count` accepted logs of a workflow, ten milliseconds apart, the newest first by its number. */
export async function insertMany(
  {
    db,
    organizationId,
    workflowId,
  }: Pick<Awaited<ReturnType<typeof withLogs>>, 'db' | 'organizationId' | 'workflowId'>,
  count: number,
): Promise<void> {
  await sql`
    INSERT INTO webhook_logs (id, organization_id, workflow_id, received_at, request_id, method, query, headers, body,
      body_bytes, source_ip, status_code)
    SELECT (left(uuidv7_floor(at)::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid,
      ${organizationId}, ${workflowId}, at, 'number ' || n, 'POST', '', '[]', 'filler', 6, '192.0.2.1', 200
    FROM (
      SELECT n, now() - interval '1 minute' - n * interval '10 ms' AS at FROM generate_series(1, ${count}::int) AS n
    ) AS r`.execute(db);
}
