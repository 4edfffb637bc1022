import { type AwaitCallback, DEFAULT_AWAIT_CALLBACK } from '../../domain/await-callback.ts';
import { isBelow } from '../../domain/endpoint-url.ts';
import type { Fault } from '../../domain/problem.ts';
import type { Caller } from '../../domain/scopes.ts';
import { asTenant, type Database } from '../../store/database.ts';
import { findEndpointUrls } from '../../store/endpoint-locks.ts';
import { findTrigger } from '../../store/triggers.ts';
import type { AwaitCallbackInput, TriggerInput } from '../schemas/triggers.ts';
import { mayUseN8n, type N8nAccess } from './n8n-access.ts';
import { refuseFaults } from './workflow-commands.ts';

/** The whole of the setting: `true` means all of its defaults, `false` that nothing is awaited. */
export function toAwaitCallback(input: AwaitCallbackInput): AwaitCallback | null {
  if (input === null || input === false) return null;
  return { ...DEFAULT_AWAIT_CALLBACK, ...(input === true ? {} : input) };
}

export interface ConfirmPorts {
  db: Database;
  n8nAccess: N8nAccess;
  /** null: there is no n8n. */
  n8nWebhookUrl: string | null;
}

/** A trigger as far as it is about awaiting; `at` points at it. */
interface Awaiting extends Pick<TriggerInput, 'endpoint' | 'endpointId'> {
  awaitCallback?: AwaitCallbackInput | undefined;
  at: string;
}

/**
 * Before triggers are stored that have n8n's public API asked: that must be possible, allowed to this caller, and
 * about a webhook of that n8n. An endpoint that moves elsewhere later is told when its deliveries are overdue.
 * @throws Problem invalid_configuration
 */
export async function requireConfirmable(
  ports: ConfirmPorts,
  caller: Caller,
  triggers: readonly Awaiting[],
): Promise<void> {
  const asking = triggers.filter(({ awaitCallback }) => asksApi(awaitCallback));
  if (asking.length === 0) return;
  const refused = refusalOf(ports, caller);
  if (refused !== null) refuseFaults(asking.map(({ at }) => confirmFault(at, refused)));
  const ids = asking.flatMap(({ endpointId }) => (endpointId === undefined ? [] : [endpointId]));
  const known = await asTenant(ports.db, caller.organizationId, (trx) => findEndpointUrls(trx, ids));
  const elsewhere = asking.filter(({ endpoint, endpointId }) => {
    const url = endpoint?.url ?? known.get(endpointId?.toLowerCase() ?? '');
    // An endpoint that does not exist is another fault, which is found where all of those are.
    return url !== undefined && (ports.n8nWebhookUrl === null || !isBelow(url, ports.n8nWebhookUrl));
  });
  refuseFaults(elsewhere.map(({ at }) => confirmFault(at, elsewhereDetail(ports))));
}

/** The same when a trigger is changed, whose endpoint stays. */
export async function requireChangeConfirmable(
  ports: ConfirmPorts,
  caller: Caller,
  { triggerId, awaitCallback }: { triggerId: string; awaitCallback: AwaitCallbackInput | undefined },
): Promise<void> {
  if (!asksApi(awaitCallback)) return;
  const trigger = await asTenant(ports.db, caller.organizationId, (trx) => findTrigger(trx, triggerId));
  if (trigger === null) return;
  await requireConfirmable(ports, caller, [{ at: '/body', awaitCallback, endpointId: trigger.endpoint.id }]);
}

const asksApi = (input: AwaitCallbackInput | undefined): boolean =>
  typeof input === 'object' && input?.confirm === 'api';

function refusalOf({ n8nAccess }: ConfirmPorts, caller: Caller): string | null {
  if (!mayUseN8n(n8nAccess, caller)) {
    return "must be callback: n8n's public API is for the default organization and the admin key, unless N8N_SHARED is true";
  }
  if (n8nAccess.api !== null) return null;
  return `must be callback: asking n8n's public API needs ${n8nAccess.missing.join(' and ')}, not set for this service`;
}

const confirmFault = (at: string, detail: string): Fault => ({
  pointer: `${at}/awaitCallback/confirm`,
  detail,
});

const elsewhereDetail = ({ n8nWebhookUrl }: ConfirmPorts): string =>
  `must be callback: the endpoint is not below ${n8nWebhookUrl ?? 'N8N_WEBHOOK_URL'}, the only webhooks whose n8n can be asked`;
