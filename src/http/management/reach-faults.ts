import type { Reach } from '../../dispatch/reach.ts';
import { checkEndpointUrl } from '../../domain/endpoint-url.ts';
import type { Fault } from '../../domain/problem.ts';

/** Whether an endpoint may be at a URL. It is decided again whenever something is sent there. */
export type MayReach = Pick<Reach, 'objection'>;

interface Leading {
  endpoint?: { url: string } | undefined;
}

/** The faults of the URLs of endpoints that come with their triggers, like those of expressions; pointers begin with `at`. */
export const triggerReachFaults = (reach: MayReach, triggers: readonly Leading[], at: string): Fault[] =>
  triggers.flatMap((trigger, i) => lonelyReachFaults(reach, trigger, `${at}/${i}`));

/** The same of a single one. */
export const lonelyReachFaults = (reach: MayReach, { endpoint }: Leading, at: string): Fault[] =>
  endpoint === undefined ? [] : urlReachFaults(reach, endpoint.url, `${at}/endpoint/url`);

/** The same of a URL, which `pointer` points at. What is no URL of an endpoint at all is another fault. */
export function urlReachFaults(reach: MayReach, url: string, pointer: string): Fault[] {
  if (!checkEndpointUrl(url).ok) return [];
  const detail = reach.objection(url);
  return detail === null ? [] : [{ pointer, detail }];
}
