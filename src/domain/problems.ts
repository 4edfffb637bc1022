import { CALLER_PROBLEMS } from './problems/caller.ts';
import { EXECUTING_PROBLEMS } from './problems/executing.ts';
import { INTERNAL_PROBLEMS } from './problems/internal.ts';
import { MANAGING_PROBLEMS } from './problems/managing.ts';
import { N8N_PROBLEMS } from './problems/n8n.ts';
import { RECEIVING_PROBLEMS } from './problems/receiving.ts';
import { REQUEST_PROBLEMS } from './problems/request.ts';
import { SYNC_PROBLEMS } from './problems/sync.ts';

/** Every error this service answers, under its stable code. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...CALLER_PROBLEMS,
  ...RECEIVING_PROBLEMS,
  ...EXECUTING_PROBLEMS,
  ...MANAGING_PROBLEMS,
  ...N8N_PROBLEMS,
  ...SYNC_PROBLEMS,
  ...INTERNAL_PROBLEMS,
} as const;

export type ProblemCode = keyof typeof PROBLEMS;
