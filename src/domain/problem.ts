import { PROBLEMS, type ProblemCode } from './problems.ts';

/** One fault found in a request: where (a JSON pointer, prefixed with the part of the request) and what. */
export interface Fault {
  pointer: string;
  detail: string;
}

export interface ProblemOptions {
  /** Replaces the catalogue's detail. Must be safe to show to a stranger. */
  detail?: string;
  errors?: Fault[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An error from the catalogue: everything in it may be shown to whoever made the request. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly errors: Fault[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const entry = PROBLEMS[code];
    super(options.detail ?? entry.detail, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = entry.status;
    this.title = entry.title;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}
