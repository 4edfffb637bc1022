import type pg from 'pg';
import { NotSentError } from './faults.ts';

/** An accepted webhook: its log row and its execution, which are stored together or not at all. */
export interface IngestRow {
  logId: string;
  executionId: string;
  organizationId: string;
  workflowId: string;
  receivedAtMs: number;
  requestId: string;
  method: string;
  /** The raw query string without its question mark. */
  query: string;
  /** `[[name, value], ...]` in the order and spelling they came, as JSON. */
  headers: string;
  body: Buffer;
  sourceIp: string;
  statusCode: number;
  /** Whether its job goes to the queue right after the commit; if not, the relay takes it from here. */
  enqueued: boolean;
}

// Everything of variable length travels as slices of one binary parameter: text arrays would be escaped
// here and parsed there, and a bytea[] would travel as twice its size in hex.
const STATEMENT = {
  name: 'ingest',
  text: `
    WITH input AS (
      SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::float8[], $7::text[], $8::text[],
        $9::text[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::bool[]) AS r (
        log_id, execution_id, organization_id, workflow_id, received_ms, request_id, method,
        source_ip, at, query_bytes, headers_bytes, body_bytes, status_code, enqueued)
    ), logged AS (
      INSERT INTO webhook_logs (id, organization_id, workflow_id, execution_id, received_at, request_id, method,
        source_ip, query, headers, body, body_bytes, status_code)
      SELECT log_id, organization_id, workflow_id, execution_id, to_timestamp(received_ms / 1000), request_id, method,
        source_ip,
        convert_from(substring($1::bytea FROM at FOR query_bytes), 'UTF8'),
        convert_from(substring($1::bytea FROM at + query_bytes FOR headers_bytes), 'UTF8')::json,
        substring($1::bytea FROM at + query_bytes + headers_bytes FOR body_bytes),
        body_bytes, status_code
      FROM input
      ON CONFLICT (id) DO NOTHING
    )
    INSERT INTO workflow_executions (id, organization_id, workflow_id, log_id, trigger_type, created_at, enqueued_at)
    SELECT execution_id, organization_id, workflow_id, log_id, 'webhook', to_timestamp(received_ms / 1000),
      CASE WHEN enqueued THEN now() END
    FROM input
    ON CONFLICT (id) DO NOTHING`,
};

/** What a row takes in memory and on the wire, nearly. Bytes. */
export const ingestBytes = (row: IngestRow): number =>
  row.body.length + row.headers.length + row.query.length + 200;

/** Commits all rows in one statement, or none. Writing the same rows again changes nothing. */
export async function writeIngestBatch(pool: pg.Pool, rows: readonly IngestRow[]): Promise<void> {
  const values = encode(rows);
  const client = await pool.connect().catch((error: unknown) => {
    throw new NotSentError('no database connection', { cause: error });
  });
  try {
    await client.query({ ...STATEMENT, values });
  } catch (error) {
    // A statement without a verdict still occupies its connection: never give that one back.
    client.release(true);
    throw error;
  }
  client.release();
}

function encode(rows: readonly IngestRow[]): unknown[] {
  const slices: Buffer[] = [];
  const positions: number[] = [];
  const queryBytes: number[] = [];
  const headersBytes: number[] = [];
  // substring() counts from 1.
  let position = 1;
  for (const row of rows) {
    const query = Buffer.from(row.query);
    const headers = Buffer.from(row.headers);
    slices.push(query, headers, row.body);
    positions.push(position);
    queryBytes.push(query.length);
    headersBytes.push(headers.length);
    position += query.length + headers.length + row.body.length;
  }
  return [
    Buffer.concat(slices, position - 1),
    array(rows, (row) => row.logId),
    array(rows, (row) => row.executionId),
    array(rows, (row) => row.organizationId),
    array(rows, (row) => row.workflowId),
    array(rows, (row) => row.receivedAtMs),
    array(rows, (row) => row.requestId),
    array(rows, (row) => row.method),
    array(rows, (row) => row.sourceIp),
    `{${positions}}`,
    `{${queryBytes}}`,
    `{${headersBytes}}`,
    array(rows, (row) => row.body.length),
    array(rows, (row) => row.statusCode),
    array(rows, (row) => row.enqueued),
  ];
}

/** An array literal of values that never need quoting: ids, numbers, methods, addresses, request ids. */
function array(rows: readonly IngestRow[], value: (row: IngestRow) => string | number | boolean): string {
  let text = '{';
  for (let i = 0; i < rows.length; i++) text += (i === 0 ? '' : ',') + value(rows[i] as IngestRow);
  return `${text}}`;
}

/** Records that these were answered otherwise than their rows say. Returns those that have a row. */
export async function markAnswered(
  pool: pg.Pool,
  logIds: readonly string[],
  status: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'UPDATE webhook_logs SET answered_status = $2 WHERE id = ANY ($1::uuid[]) RETURNING id',
    [logIds, status],
  );
  return rows.map(({ id }) => id);
}
