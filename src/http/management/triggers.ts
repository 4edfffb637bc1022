import type { Fault } from '../../domain/problem.ts';
import type { Tx } from '../../store/database.ts';
import { holdEndpoints, lockEndpointNames } from '../../store/endpoint-locks.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import { type NewTrigger, replaceTriggers } from '../../store/triggers.ts';
import type { TriggerInput } from '../schemas/triggers.ts';
import { toAwaitCallback } from './await-callback.ts';
import { endpointFaults, readAddress, storeEndpoint } from './endpoint-input.ts';
import { endpointsOf, fallbackFaults, toFallback } from './fallback.ts';

export const DEFAULT_TRIGGER_TYPES: NewTrigger['triggerTypes'] = ['webhook', 'manual'];

/** What the schema cannot say about triggers, apart from their expressions; pointers begin with `at`. */
export async function triggerFaults(trx: Tx, triggers: TriggerInput[], at: string): Promise<Fault[]> {
  const known = await holdEndpoints(trx, namedEndpoints(triggers));
  return triggers.flatMap((trigger, i) => faultsOf(trigger, known, `${at}/${i}`));
}

/** The same of a single one. */
export async function lonelyTriggerFaults(trx: Tx, trigger: TriggerInput, at: string): Promise<Fault[]> {
  const known = await holdEndpoints(trx, namedEndpoints([trigger]));
  return faultsOf(trigger, known, at);
}

const namedEndpoints = (triggers: TriggerInput[]): string[] =>
  triggers.flatMap(({ endpointId, fallback }) => [
    ...(endpointId === undefined ? [] : [endpointId]),
    ...endpointsOf(fallback),
  ]);

const faultsOf = (trigger: TriggerInput, known: Set<string>, at: string): Fault[] => [
  ...destinationFaults(trigger, known, at),
  ...fallbackFaults(trigger.fallback, { own: trigger.endpointId, known, at: `${at}/fallback` }),
];

function destinationFaults({ endpoint, endpointId }: TriggerInput, known: Set<string>, at: string): Fault[] {
  if ((endpoint === undefined) === (endpointId === undefined)) {
    return [{ pointer: at, detail: 'must have either endpoint or endpointId' }];
  }
  if (endpoint !== undefined) {
    const { url, ...rest } = endpoint;
    const inside = `${at}/endpoint`;
    // By URL only: a path below n8n's webhooks is for whoever registers endpoints.
    return [...readAddress({ url, path: undefined }, null, inside).faults, ...endpointFaults(rest, inside)];
  }
  if (endpointId !== undefined && known.has(endpointId.toLowerCase())) return [];
  return [{ pointer: `${at}/endpointId`, detail: 'is not the id of an endpoint' }];
}

/**
 * Makes these the triggers of a workflow, and the endpoints that are new. Returns the secrets that were
 * generated, by endpoint id.
 * @throws Problem name_taken
 */
export async function storeTriggers(
  trx: Tx,
  box: SecretBox,
  { triggers, ...owner }: { organizationId: string; workflowId: string; triggers: TriggerInput[] },
): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  const stored: NewTrigger[] = [];
  for (const input of triggers) {
    const { trigger, generated } = await storeDestination(trx, box, {
      organizationId: owner.organizationId,
      input,
    });
    if (generated !== null) secrets.set(trigger.endpointId, generated);
    stored.push(trigger);
  }
  await replaceTriggers(trx, owner, stored);
  return secrets;
}

/**
 * A trigger to be stored, its endpoint being there: made now, or held since its faults were looked for. `generated`
 * is the secret of one made now, unless that was brought along.
 * @throws Problem name_taken
 */
export async function storeDestination(
  trx: Tx,
  box: SecretBox,
  { organizationId, input }: { organizationId: string; input: TriggerInput },
): Promise<{ trigger: NewTrigger; generated: string | null }> {
  const { endpoint, endpointId, ...settings } = input;
  const trigger = {
    triggerTypes: settings.triggerTypes ?? DEFAULT_TRIGGER_TYPES,
    forward: settings.forward ?? 'request',
    filter: settings.filter ?? null,
    transform: settings.transform ?? null,
    awaitCallback: toAwaitCallback(settings.awaitCallback ?? null),
    fallback: toFallback(settings.fallback ?? []),
    isActive: settings.isActive ?? true,
  };
  if (endpoint === undefined) {
    return { trigger: { ...trigger, endpointId: endpointId?.toLowerCase() ?? '' }, generated: null };
  }
  await lockEndpointNames(trx, organizationId);
  const { id, generated } = await storeEndpoint(trx, box, { organizationId, input: endpoint });
  return { trigger: { ...trigger, endpointId: id }, generated };
}
