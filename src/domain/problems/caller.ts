import type { Catalogue } from './entry.ts';

/** Who asks, and what they may. */
export const CALLER_PROBLEMS = {
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'Send a valid API key as "Authorization: Bearer <key>" or "x-api-key: <key>".',
  },
  insufficient_scope: {
    status: 403,
    title: 'Insufficient scope',
    detail: 'The API key lacks the scope this call needs. Use one that has it.',
  },
  budget_exceeded: {
    status: 429,
    title: 'Budget exceeded',
    detail:
      'Your organization uses as much of this as it may. GET /api/usage shows how much there is. Try again after Retry-After seconds, or have the limit raised.',
  },
  organization_not_found: {
    status: 404,
    title: 'Organization not found',
    detail: 'There is no organization with this id. GET /api/organizations lists them.',
  },
} as const satisfies Catalogue;
