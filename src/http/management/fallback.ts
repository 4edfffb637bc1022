import type { FallbackAction } from '../../domain/fallback.ts';
import type { Fault } from '../../domain/problem.ts';
import type { FallbackInput } from '../schemas/triggers.ts';

/** Ids as the database has them. */
export const toFallback = (actions: FallbackInput[]): FallbackAction[] =>
  actions.map(({ type, endpointId }): FallbackAction => {
    if (type === 'dead_letter') return { type };
    const id = endpointId?.toLowerCase();
    if (type === 'alert') return { type, ...(id !== undefined && { endpointId: id }) };
    return { type, endpointId: id ?? '' };
  });

/** The endpoints that actions name, as they were written. */
export const endpointsOf = (actions: FallbackInput[] = []): string[] =>
  actions.flatMap(({ endpointId }) => (endpointId === undefined ? [] : [endpointId]));

export interface FallbackContext {
  /** The endpoint of the trigger; undefined: it is only being made. */
  own: string | undefined;
  /** Those of the organization, among the ones that are named. */
  known: Set<string>;
  /** Where the actions are, as a JSON pointer. */
  at: string;
}

/** What the schema cannot say about fallback actions. */
export function fallbackFaults(actions: FallbackInput[] = [], context: FallbackContext): Fault[] {
  const written = toFallback(actions).map((action) => JSON.stringify(action));
  return actions.flatMap((action, i) => {
    const pointer = `${context.at}/${i}`;
    if (action.type === 'dead_letter' && i < actions.length - 1)
      return [{ pointer, detail: 'must be the last action: nothing follows a dead letter' }];
    const faults = endpointFaults(action, { ...context, at: `${pointer}/endpointId` });
    if (faults.length > 0) return faults;
    const isRepeated = written.indexOf(written[i] ?? '') < i;
    return isRepeated ? [{ pointer, detail: 'is there already, before this one' }] : [];
  });
}

function endpointFaults(
  { type, endpointId }: FallbackInput,
  { own, known, at: pointer }: FallbackContext,
): Fault[] {
  if (type === 'dead_letter')
    return endpointId === undefined ? [] : [{ pointer, detail: 'must not be there for dead_letter' }];
  if (endpointId === undefined) return type === 'alert' ? [] : [{ pointer, detail: 'is required' }];
  const id = endpointId.toLowerCase();
  if (!known.has(id)) return [{ pointer, detail: 'is not the id of an endpoint' }];
  if (type === 'endpoint' && id === own?.toLowerCase())
    return [{ pointer, detail: "is the trigger's own endpoint, which did not take it" }];
  return [];
}
