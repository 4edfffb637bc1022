import type { ExecutionDetail, StoredDelivery } from '../../store/execution-detail.ts';
import type { Callback } from '../schemas/executions.ts';

export const callbackView = ({ callback }: Pick<StoredDelivery, 'callback'>): Callback | null => callback;

/** What n8n sent along for the delivery that made the execution what it is. */
export function resultOf({ state, deliveries }: Pick<ExecutionDetail, 'state' | 'deliveries'>): unknown {
  const decisive = deliveries.find((delivery) => !delivery.isSuperseded && delivery.state === state);
  const callback = decisive?.callback ?? null;
  // What came too late, or of an earlier attempt, is no result of what the execution came to.
  return callback === null || callback.effect === 'late' || callback.effect === 'stale'
    ? null
    : callback.data;
}

/** In n8n's own pages, as far as it is known which workflow it is of; else through this API. null: it is not known. */
export function n8nExecutionUrl(
  { n8nExecutionId: id, n8nWorkflowId }: Pick<StoredDelivery, 'n8nExecutionId' | 'n8nWorkflowId'>,
  n8nBaseUrl: string | null,
): string | null {
  if (id === null || !/^\d+$/.test(id)) return null;
  if (n8nWorkflowId === null || n8nBaseUrl === null) return `/api/n8n/executions/${id}`;
  return `${n8nBaseUrl}/workflow/${encodeURIComponent(n8nWorkflowId)}/executions/${id}`;
}
