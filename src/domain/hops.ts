/** Told with every delivery: how many executions led to it, and of which workflows. */
export const HOPS_HEADER = 'x-hookgate-hops';
const WORKFLOW_HEADER = 'x-hookgate-workflow-id';
export const VIA_HEADER = 'x-hookgate-via';

const DELIVERY_HEADER = 'x-hookgate-delivery-id';

/** How many executions may lead to one. */
const MAX_HOPS = 8;

/** Headers by their names in lower case, repeated ones joined. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Of an execution that is started by what a delivery brought: one more than led to that. */
export const isTooFar = (hops: number): boolean => hops > MAX_HOPS;

/**
 * How many executions led to the one that a request starts. A number that a stranger makes up can only be too high:
 * without one it is as if none had.
 */
export function hopsOf(headers: Headers): number {
  const text = headers[HOPS_HEADER];
  if (text === undefined) return 0;
  // Repeated by a proxy, or with a second one added: the highest counts.
  const numbers = String(text).match(/\d{1,6}/g) ?? [];
  return Math.min(Math.max(0, ...numbers.map(Number)) + 1, MAX_HOPS + 1);
}

/** The workflows through which a request came that is a delivery of ours, the latest last. */
export function viaOf(headers: Headers): string[] {
  const last = headers[WORKFLOW_HEADER];
  if (last === undefined) return [];
  const named = `${headers[VIA_HEADER] ?? ''},${last}`.toLowerCase().match(/[0-9a-f-]{36}/g) ?? [];
  return [...new Set(named)].slice(-MAX_HOPS);
}

/** Whether what a request would start has been on the way to it already, or too much has. */
export function isLoop(headers: Headers, workflowId: string): boolean {
  if (isTooFar(hopsOf(headers))) return true;
  return headers[WORKFLOW_HEADER] !== undefined && viaOf(headers).includes(workflowId.toLowerCase());
}

/** Whether a request is a delivery, or has the headers of one. */
export const isDelivery = (headers: Headers): boolean => headers[DELIVERY_HEADER] !== undefined;

const OWN_HEADER = /^x-hookgate-/i;

/** What a stored request says of how it came, by names in lower case. */
export function trailHeaders(stored: readonly (readonly [name: string, value: string])[]): Headers {
  const found: Record<string, string> = {};
  for (const [name, value] of stored) {
    if (!OWN_HEADER.test(name)) continue;
    const lower = name.toLowerCase();
    const before = found[lower];
    found[lower] = before === undefined ? value : `${before},${value}`;
  }
  return found;
}
