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
  organization_not_found: {
    status: 404,
    title: 'Organization not found',
    detail: 'There is no organization with this id. GET /api/organizations lists them.',
  },
} as const satisfies Catalogue;
