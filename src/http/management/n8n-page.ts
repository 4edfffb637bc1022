import { Problem } from '../../domain/problem.ts';
import { type N8nWorkflow, newestFirst, type WorkflowList } from '../../n8n/workflows.ts';

export interface N8nFilter {
  /** A part of the name, in any case. */
  name?: string | undefined;
  isActive?: boolean | undefined;
}

/** @throws Problem invalid_cursor */
export function pageOf(
  { workflows, isComplete, skipped, readAt }: WorkflowList,
  { name, isActive }: N8nFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const after = cursor === undefined ? null : decode(cursor);
  const part = name?.toLowerCase();
  const rest = workflows.filter(
    (workflow) =>
      (after === null || newestFirst(after, workflow) < 0) &&
      (part === undefined || workflow.name.toLowerCase().includes(part)) &&
      (isActive === undefined || workflow.isActive === isActive),
  );
  const data = rest.slice(0, limit);
  const last = data.at(-1);
  return {
    data,
    nextCursor: last !== undefined && rest.length > limit ? encode(last) : null,
    isComplete,
    skipped,
    readAt: readAt.toISOString(),
  };
}

type Position = Pick<N8nWorkflow, 'createdAt' | 'id'>;

/** A position and not a number: the list may have changed before the next page. */
const encode = ({ createdAt, id }: Position): string =>
  Buffer.from(`v1 n8n_workflows ${createdAt ?? '-'} ${id}`).toString('base64url');

const SHAPE = /^v1 n8n_workflows (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S{1,64})$/;

function decode(cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const [, createdAt, id] =
    (bytes.toString('base64url') === cursor ? SHAPE.exec(bytes.toString('utf8')) : null) ?? [];
  if (createdAt === undefined || id === undefined) throw new Problem('invalid_cursor');
  return { createdAt: createdAt === '-' ? null : createdAt, id };
}
