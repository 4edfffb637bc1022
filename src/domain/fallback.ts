/** What is done in the place of a delivery that nobody took, in the order in which a trigger has them. */
export type FallbackAction =
  | { type: 'endpoint'; endpointId: string }
  /** Without an endpoint: to those that are meant for the event `alert`. */
  | { type: 'alert'; endpointId?: string }
  | { type: 'dead_letter' };

export const FALLBACK_TYPES = [
  'endpoint',
  'alert',
  'dead_letter',
] as const satisfies readonly FallbackAction['type'][];

export const MAX_FALLBACK_ACTIONS = 5;

/**
 * Of an organization's endpoints that are meant for alerts, the oldest so many are told. Each delivery that nobody took
 * writes an event for each of them, with the records of deliveries of others, which must not wait for thousands.
 */
export const MAX_ALERTED = 20;

/** The name of the event that tells of a delivery that nobody took. */
export const ALERT_EVENT = 'alert';

/** An endpoint that an action names, or is meant for alerts. */
export interface FallbackEndpoint {
  id: string;
  name: string;
  isActive: boolean;
}

/** One action that had its turn. `step` is its place in the list, the first being 1. */
export type FallbackTaken = { step: number } & (
  | { type: 'endpoint'; status: 'begun'; endpoint: FallbackEndpoint }
  /** To nobody, when no endpoint is meant for alerts: then only the log has it. */
  | { type: 'alert'; status: 'sent'; endpoints: FallbackEndpoint[] }
  | { type: 'dead_letter'; status: 'ended' }
  | { type: 'endpoint' | 'alert'; status: 'skipped'; reason: SkipReason }
);

export type SkipReason = 'endpoint_deleted' | 'endpoint_inactive';

/**
 * Goes through the actions after `step`, up to the one that the delivery's fate is in the hands of from now on: an
 * endpoint that takes over, or its end as a dead letter. None: the list is used up.
 */
export function nextActions(
  actions: readonly FallbackAction[],
  step: number,
  known: { endpoint: (id: string) => FallbackEndpoint | null; alerted: readonly FallbackEndpoint[] },
): FallbackTaken[] {
  const taken: FallbackTaken[] = [];
  for (const [i, action] of actions.entries()) {
    if (i < step) continue;
    const at = { step: i + 1 };
    if (action.type === 'dead_letter') {
      return [...taken, { ...at, type: 'dead_letter', status: 'ended' }];
    }
    const { type, endpointId } = action;
    const named = endpointId === undefined ? undefined : known.endpoint(endpointId);
    if (named === null) taken.push({ ...at, type, status: 'skipped', reason: 'endpoint_deleted' });
    else if (named?.isActive === false)
      taken.push({ ...at, type, status: 'skipped', reason: 'endpoint_inactive' });
    else if (type === 'endpoint') {
      if (named) return [...taken, { ...at, type, status: 'begun', endpoint: named }];
    } else {
      taken.push({ ...at, type, status: 'sent', endpoints: named ? [named] : [...known.alerted] });
    }
  }
  return taken;
}

const MAX_NAMED = 5;

/** What was done, in words, for the record of the attempt that led to it. */
export function describeFallback(taken: FallbackTaken): string {
  const start = `Fallback ${taken.step}`;
  switch (taken.status) {
    case 'begun':
      return `${start}: it goes to the endpoint "${taken.endpoint.name}" instead.`;
    case 'ended':
      return `${start}: it ends as a dead letter, which GET /api/dead-letters lists.`;
    case 'skipped':
      return `${start} was skipped, because its endpoint ${taken.reason === 'endpoint_deleted' ? 'was deleted' : 'is not active'}.`;
    case 'sent': {
      const { endpoints } = taken;
      if (endpoints.length === 0)
        return `${start}: the alert is in the log only, because no active endpoint has "${ALERT_EVENT}" among its events.`;
      const named = endpoints.slice(0, MAX_NAMED).map(({ name }) => `"${name}"`);
      const more = endpoints.length > MAX_NAMED ? ` and ${endpoints.length - MAX_NAMED} more` : '';
      return `${start}: an alert goes to ${named.join(', ')}${more}.`;
    }
  }
}
