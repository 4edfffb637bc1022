import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ExecutionState } from '../domain/states.ts';
import { idFloor } from './id-range.ts';

/** Which webhook logs are meant. What is undefined does not matter. */
export interface LogFilter {
  workflowId?: string | undefined;
  /** Whether the request was accepted. */
  success?: boolean | undefined;
  statusCode?: number | undefined;
  errorCode?: string | undefined;
  /** Of what it started, as it is now. */
  executionStatus?: ExecutionState | undefined;
  /** Received at this time or later. */
  from?: Date | undefined;
  /** Received before this time. */
  to?: Date | undefined;
  /** In the form that addresses have in the log. */
  sourceIp?: string | undefined;
  /** Text in the body: see `bodyContains`. */
  q?: string | undefined;
}

export type Condition = RawBuilder<SqlBool>;

export interface LogConditions {
  /** One index serves them: what they let through is read in the order of its ids, and nothing else is. */
  indexed: Condition[];
  /** No index serves them: they are asked of each row that was read, so a scan under them needs a budget. */
  checked: Condition[];
}

/**
 * An id is made a moment after the time of receipt that it is stored with. The range on the id is this much
 * wider, so that it only narrows the scan (and the partitions), and the exact times decide.
 */
const ID_SLACK_MS = 10_000;

/**
 * Splits a filter by what the indexes can do. Of errorCode, refused and workflowId only one is served by an index
 * at a time: that of which there are fewest rows, since refusals are stored only so many a minute.
 */
export function logConditions(filter: LogFilter): LogConditions {
  const { workflowId, errorCode, statusCode, success } = filter;
  const refused = success === false || (statusCode !== undefined && statusCode >= 400);
  const byError = errorCode !== undefined && sql<SqlBool>`error_code = ${errorCode}`;
  const byRefusal = refused && sql<SqlBool>`status_code >= 400`;
  const byWorkflow = workflowId !== undefined && sql<SqlBool>`workflow_id = ${workflowId}`;
  const [indexed, ...others] = [byError, byRefusal, byWorkflow].filter((condition) => condition !== false);
  return {
    indexed: [...(indexed ? [indexed] : []), ...idRange(filter)],
    checked: [...others, ...unindexed(filter)],
  };
}

function idRange({ from, to }: LogFilter): Condition[] {
  const range: Condition[] = [];
  if (from !== undefined) range.push(sql`id >= ${idFloor(from.getTime() - ID_SLACK_MS)}`);
  if (to !== undefined) range.push(sql`id < ${idFloor(to.getTime() + ID_SLACK_MS)}`);
  return range;
}

function unindexed({ statusCode, success, sourceIp, from, to, q, executionStatus }: LogFilter): Condition[] {
  const conditions: Condition[] = [];
  if (from !== undefined) conditions.push(sql`received_at >= ${from}`);
  if (to !== undefined) conditions.push(sql`received_at < ${to}`);
  if (statusCode !== undefined) conditions.push(sql`status_code = ${statusCode}`);
  if (success === true) conditions.push(sql`status_code < 400`);
  if (sourceIp !== undefined) conditions.push(sql`source_ip = ${sourceIp}`);
  if (executionStatus !== undefined) {
    conditions.push(
      sql`EXISTS (SELECT FROM workflow_executions e WHERE e.id = execution_id AND e.state = ${executionStatus})`,
    );
  }
  // Last, because it costs most.
  if (q !== undefined) conditions.push(bodyContains(q));
  return conditions;
}

/** Stands for a backslash: no byte of a body looks like it once the body is escaped. */
const BACKSLASH = '\u{e000}';

/**
 * The bytes of a body need not be text in any encoding, so they are searched as bytes: escaped into ASCII, which
 * any bytes can be. The letters of ASCII match in either case, and everything else as it is; bytea itself has no
 * search that ignores case, and bytes made into text with `convert_from` fail at the first that is none.
 */
const bodyContains = (text: string): Condition => sql`
  position(${escaped(text)} IN replace(lower(encode(body, 'escape') COLLATE "C"), ${'\\\\'}, ${BACKSLASH})) > 0`;

/** A text as `encode(…, 'escape')` would have it, in lower case. */
function escaped(text: string): string {
  let result = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    if (byte === 0 || byte > 127) result += `\\${byte.toString(8).padStart(3, '0')}`;
    else result += character === '\\' ? BACKSLASH : character.toLowerCase();
  }
  return result;
}
