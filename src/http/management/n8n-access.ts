import { DEFAULT_ORGANIZATION_ID } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { Caller } from '../../domain/scopes.ts';
import type { N8nApi } from '../../n8n/client.ts';
import type { N8nFailure, N8nResult } from '../../n8n/result.ts';

/** What every call of n8n's public API can be answered. */
export const N8N_PROBLEMS = [
  'n8n_not_configured',
  'n8n_not_shared',
  'n8n_unreachable',
  'n8n_timeout',
  'n8n_api_refused',
  'n8n_api_forbidden',
  'n8n_unexpected_answer',
] as const;

/** n8n's public API, as far as the settings allow. */
export interface N8nAccess {
  /** Null: a setting is missing. */
  api: N8nApi | null;
  /** The settings that are missing. */
  missing: string[];
  /** Whether every organization may use it. */
  shared: boolean;
}

/**
 * n8n for this caller. There is one n8n and one key to it for the whole installation, and n8n's community edition
 * cannot say which of its workflows is whose: who may look into it sees every workflow and every execution there,
 * and may switch them off. Tenants must not be able to do that to each other, so it is for the organization of
 * whoever runs the service, unless they say that their organizations trust each other.
 * @throws Problem n8n_not_shared, n8n_not_configured
 */
export function n8nFor({ api, missing, shared }: N8nAccess, caller: Caller): N8nApi {
  requireShared({ shared }, caller);
  if (api !== null) return api;
  throw new Problem('n8n_not_configured', {
    detail: `Looking into n8n needs ${missing.join(' and ')}, which ${missing.length > 1 ? 'are' : 'is'} not set for this service. Have ${missing.length > 1 ? 'them' : 'it'} set.`,
  });
}

/** @throws Problem n8n_not_shared */
function requireShared(access: Pick<N8nAccess, 'shared'>, caller: Caller): void {
  if (!mayUseN8n(access, caller)) throw new Problem('n8n_not_shared');
}

/** Whether this caller may look into n8n at all. */
export const mayUseN8n = (
  { shared }: Pick<N8nAccess, 'shared'>,
  { organizationId, name }: Pick<Caller, 'organizationId' | 'name'>,
): boolean => shared || organizationId === DEFAULT_ORGANIZATION_ID || name === 'admin';

/**
 * Before an endpoint is given by `path`, which answers the whole URL.
 * @throws Problem n8n_not_shared
 */
export function requirePathAllowed(
  { n8nAccess }: { n8nAccess: Pick<N8nAccess, 'shared'> },
  { caller, body }: { caller: Caller; body: { path?: string } },
): void {
  if (body.path !== undefined) requireShared(n8nAccess, caller);
}

/** What a call was about: decides what "not found" and "refused" mean. */
type Subject = 'workflow' | 'execution';

/** @throws Problem saying what to do about the failure */
export function n8nValue<T>(result: N8nResult<T>, subject: Subject): T {
  if (result.status === 'ok') return result.value;
  throw problemOf(result, subject);
}

function problemOf(failure: N8nFailure, subject: Subject): Problem {
  switch (failure.status) {
    case 'unreachable':
      return new Problem('n8n_unreachable', {
        detail: `n8n does not answer: ${failure.detail}. Check that it runs and that N8N_BASE_URL is its address; try again when it has started.`,
      });
    case 'timeout':
      return new Problem('n8n_timeout', {
        detail: failure.sent
          ? 'n8n did not answer in time, and may still do what it was asked. Look before you try again.'
          : 'n8n took no connection in time. Check that it runs, and try again.',
      });
    case 'key_refused':
      return new Problem('n8n_api_refused');
    case 'forbidden':
      return withWords('n8n_api_forbidden', failure.message);
    case 'not_found':
      return new Problem(subject === 'workflow' ? 'n8n_workflow_not_found' : 'n8n_execution_not_found');
    case 'refused':
      return withWords(
        subject === 'workflow' ? 'n8n_change_refused' : 'n8n_execution_not_retryable',
        failure.message,
      );
    case 'unexpected':
      return new Problem('n8n_unexpected_answer', {
        detail: `${failure.detail} Check that N8N_BASE_URL is the address of n8n itself, and that its public API is switched on.`,
      });
  }
}

/** The catalogue's advice, with what n8n itself said. */
function withWords(code: ConstructorParameters<typeof Problem>[0], message: string | null): Problem {
  const problem = new Problem(code);
  return message === null
    ? problem
    : new Problem(code, { detail: `${problem.message} n8n says: "${message}"` });
}
