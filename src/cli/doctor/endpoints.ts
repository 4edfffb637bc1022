import type { Settings } from '../../config.ts';
import { createOwnPlaces } from '../../dispatch/own-places.ts';
import { createReach } from '../../dispatch/reach.ts';
import { inspectEndpoints } from '../../store/endpoint-reach.ts';
import { type Finding, findings } from './finding.ts';

const { ok, warning } = findings('endpoints');

const MAX_NAMED = 20;

/** Endpoints that were saved before and may not be called any more, in a database that has all its tables. */
export async function checkEndpoints(
  databaseUrl: string,
  { outboundAllowCidrs: allowCidrs, n8n, publicUrl }: Settings,
): Promise<Finding[]> {
  const reach = createReach({ allowCidrs, n8n, own: createOwnPlaces(publicUrl) });
  const refused = await inspectEndpoints(databaseUrl, (url) => reach.objection(url) !== null);
  if (refused.length === 0) return [ok('Every endpoint is where one may be.')];
  const named = refused.slice(0, MAX_NAMED).join(', ');
  const more = refused.length > MAX_NAMED ? ` and ${refused.length - MAX_NAMED} more` : '';
  return [
    warning(
      `${refused.length} endpoints are at addresses that are not called: ${named}${more}.`,
      'What goes to n8n outside its webhooks, or to Hookgate itself, waits; what goes to other private addresses fails. Change their URLs with PATCH /api/webhook-endpoints/:id, or allow their addresses with OUTBOUND_ALLOW_CIDRS.',
    ),
  ];
}
