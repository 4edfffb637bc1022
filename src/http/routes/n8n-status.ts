import type { Caller } from '../../domain/scopes.ts';
import type { N8nHealth } from '../../n8n/health.ts';
import { asTenant, type Database } from '../../store/database.ts';
import { countEvents, countExecutions, countWork, endpointStatuses } from '../../store/event-counts.ts';
import type { App } from '../app.ts';
import { circuitView } from '../management/circuit-view.ts';
import { mayUseN8n, type N8nAccess } from '../management/n8n-access.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { N8nStatus } from '../schemas/n8n-status.ts';

export interface N8nStatusRoutePorts {
  db: Database;
  n8nAccess: Pick<N8nAccess, 'shared'>;
  /** null: there is no n8n. */
  n8nHealth: Pick<N8nHealth, 'check'> | null;
  /** Of the whole service; null: the queue does not answer. */
  queueDepth: () => Promise<number | null>;
}

const DAY_MS = 86_400_000;
const ENDPOINTS = 100;

/** How it stands between here and n8n: `GET /api/webhooks/n8n`. */
export const n8nStatusRoutes = (ports: N8nStatusRoutePorts) => async (app: App) => {
  app.get(
    '/api/webhooks/n8n',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'getN8nStatus',
        tags: ['n8n'],
        summary: 'Show the status',
        description:
          'Whether n8n answers, asked at most once in two seconds; what waits, and for what; the circuits of the endpoints; and what was received and sent. Counting stops at 10,000 of each, which `bounded` tells.',
        response: { 200: N8nStatus },
      },
    },
    async (request) => {
      const since = new Date(Date.now() - DAY_MS);
      const [n8n, depth, counts] = await Promise.all([
        n8nState(ports, request.caller),
        ports.queueDepth(),
        asTenant(ports.db, request.caller.organizationId, async (trx) => ({
          work: await countWork(trx),
          endpoints: await endpointStatuses(trx, ENDPOINTS),
          events: await countEvents(trx, since),
          executions: await countExecutions(trx, since),
        })),
      ]);
      const { work, endpoints, events, executions } = counts;
      return {
        timestamp: new Date().toISOString(),
        n8n,
        queue: { depth, ...work },
        endpoints: {
          data: endpoints.endpoints.map(({ circuit, ...endpoint }) => ({
            ...endpoint,
            circuit: circuitView(circuit),
          })),
          more: endpoints.more,
        },
        events,
        executions,
      };
    },
  );
};

async function n8nState(
  { n8nAccess, n8nHealth }: N8nStatusRoutePorts,
  caller: Caller,
): Promise<N8nStatus['n8n']> {
  const unknown = { latencyMs: null, detail: null, checkedAt: null };
  if (n8nHealth === null) return { status: 'not_configured', ...unknown };
  if (!mayUseN8n(n8nAccess, caller)) return { status: 'not_shared', ...unknown };
  const { checkedAt, ...report } = await n8nHealth.check();
  return { ...report, checkedAt: checkedAt.toISOString() };
}
