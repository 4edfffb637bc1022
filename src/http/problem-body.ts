import type { Problem } from '../domain/problem.ts';
import type { ProblemBody } from './schemas/common.ts';

export interface ProblemContext {
  requestId: string;
  /** Path and query as they came; the query is not repeated, for it may hold secrets. */
  url: string;
  publicUrl: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problemBody(problem: Problem, { requestId, url, publicUrl }: ProblemContext): ProblemBody {
  return {
    type: `${publicUrl}/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance: pathOf(url),
    code: problem.code,
    error: problem.title,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}

function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}
