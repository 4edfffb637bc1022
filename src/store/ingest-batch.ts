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
  /** What its sender repeats when it sends the same event again; null: it is an event of its own. */
  event: EventClaim | null;
}

/** One event of a workflow, which the first request that brings it executes. */
export interface EventClaim {
  /** 32 bytes. */
  sha256: Buffer;
  /** For how long, from the first request on, others are duplicates of it. */
  windowSeconds: number;
  /** How far it is written: its key is to be taken; another request has that; and what that one started has failed. */
  step: 'take' | 'taken' | 'failed';
  /** The execution of the request that came first. Told when the row is written; null: this one was the first. */
  duplicateOf: string | null;
}

export const claimEvent = (sha256: Buffer, windowSeconds: number): EventClaim => ({
  sha256,
  windowSeconds,
  step: 'take',
  duplicateOf: null,
});

const KEY_BYTES = 32;

export const LOCK_TIMEOUT_MS = 1_000;

// Everything of variable length travels as slices of one binary parameter: text arrays would be escaped
// here and parsed there, and a bytea[] would travel as twice its size in hex.
/**
 * Of the transaction of one statement, set as it is read. The commit waits for the disk, however the database or the
 * role is configured. What is locked for long is locked by somebody who does not answer: without a verdict of the server by
 * then, each try would leave one more session there that waits, until no more can be had.
 */
export const STATEMENT_SETTINGS = `(SELECT set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true)) AS s`;

/** The rows as a table, of which `encode` makes the parameters. `columns` are those after $15. */
export const inputTable = (types = '', columns = '') => `
      SELECT r.* FROM ${STATEMENT_SETTINGS}, unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::float8[], $7::text[], $8::text[],
        $9::text[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::bool[]${types}) ${
          columns === '' ? '' : 'WITH ORDINALITY '
        }AS r (
        log_id, execution_id, organization_id, workflow_id, received_ms, request_id, method,
        source_ip, at, query_bytes, headers_bytes, body_bytes, status_code, enqueued${columns})`;

/** The same with what tells whose event it is: `key_sha256` and `window_seconds`, both null where nothing does. */
export const KEYED_INPUT_TABLE = `
      SELECT r.*, CASE WHEN window_seconds IS NOT NULL THEN
        substring($1::bytea FROM at + query_bytes + headers_bytes + body_bytes FOR ${KEY_BYTES}) END AS key_sha256
      FROM (${inputTable(', $16::int[]', ', window_seconds, place')}) AS r`;

export const LOG_COLUMNS = `id, organization_id, workflow_id, execution_id, received_at, request_id, method,
        source_ip, query, headers, body, body_bytes, status_code`;

/** The values of LOG_COLUMNS. */
export const logValues = (executionId: string) => `
        log_id, organization_id, workflow_id, ${executionId}, to_timestamp(received_ms / 1000), request_id, method,
        source_ip,
        convert_from(substring($1::bytea FROM at FOR query_bytes), 'UTF8'),
        convert_from(substring($1::bytea FROM at + query_bytes FOR headers_bytes), 'UTF8')::json,
        substring($1::bytea FROM at + query_bytes + headers_bytes FOR body_bytes),
        body_bytes, status_code`;

export const INSERT_EXECUTIONS = `
    INSERT INTO workflow_executions (id, organization_id, workflow_id, log_id, trigger_type, created_at, enqueued_at)
    SELECT execution_id, organization_id, workflow_id, log_id, 'webhook', to_timestamp(received_ms / 1000),
      CASE WHEN enqueued THEN now() END`;

/** What a row takes in memory and on the wire, nearly. Bytes. */
export const ingestBytes = (row: IngestRow): number =>
  row.body.length + row.headers.length + row.query.length + 200;

/** The parameters of `inputTable`. */
export function encode(rows: readonly IngestRow[]): unknown[] {
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
    if (row.event === null) continue;
    slices.push(row.event.sha256);
    position += KEY_BYTES;
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

/** The parameters of KEYED_INPUT_TABLE. */
export const encodeKeyed = (rows: readonly IngestRow[]): unknown[] => [
  ...encode(rows),
  array(rows, (row) => row.event?.windowSeconds ?? 'NULL'),
];

/** An array literal of values that never need quoting: ids, numbers, methods, addresses, request ids. */
function array(rows: readonly IngestRow[], value: (row: IngestRow) => string | number | boolean): string {
  let text = '{';
  for (let i = 0; i < rows.length; i++) text += (i === 0 ? '' : ',') + value(rows[i] as IngestRow);
  return `${text}}`;
}
