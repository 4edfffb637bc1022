import type { Catalogue } from './entry.ts';

/** What is up to this process. */
export const INTERNAL_PROBLEMS = {
  too_many_streams: {
    status: 503,
    title: 'Too many streams',
    detail: 'This process serves as many event streams as it may. Try again after Retry-After seconds.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong on our side. Try again; if it stays, the request id finds it in the log.',
  },
} as const satisfies Catalogue;
