import { Problem } from '../../domain/problem.ts';
import { type Caller, lackingScopes, type Scope } from '../../domain/scopes.ts';
import { REPLAY_KINDS, type ReplayKind } from '../../domain/states.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { countLogs } from '../../store/log-scan.ts';
import {
  cancelReplay,
  countReplayed,
  findReplay,
  insertReplay,
  listReplays,
  type StoredReplay,
} from '../../store/replays.ts';
import type { App } from '../app.ts';
import { toLogFilter } from '../management/log-filter.ts';
import { replayPath, replaySummary, replayView } from '../management/replay-view.ts';
import { requireAnyScope, requireScope } from '../plugins/authenticate.ts';
import { refuseDelivery } from '../plugins/refuse-delivery.ts';
import { answer, IdParams, LOCATION, listQuery, page, problems } from '../schemas/common.ts';
import { replayBegun, replayCancelled } from '../schemas/examples/replays.ts';
import { DryRun, Replay, ReplayInput, ReplaySummary } from '../schemas/replays.ts';

const tags = ['Replays'];

const TO_READ = ['logs:read', 'executions:read'] as const;
const SCOPES_NEEDED =
  'A replay of webhook logs needs the scopes of logs, one of dead letters those of executions.';

/** Running many webhooks again: `/api/webhook-logs/retry`, and `/api/replays`, also of dead letters. */
export const replayRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    registerStart(app, db);

    app.get(
      '/api/replays',
      {
        onRequest: requireAnyScope(...TO_READ),
        schema: {
          operationId: 'listReplays',
          tags,
          summary: 'List replays',
          description: `Newest first, of the kinds that the key may read. ${SCOPES_NEEDED}`,
          querystring: listQuery({}),
          response: { 200: page(ReplaySummary), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const kinds = REPLAY_KINDS.filter((kind) => lacksScope(request.caller, kind, 'read') === null);
        const list = await asTenant(db, request.caller.organizationId, (trx) =>
          listReplays(trx, kinds, request.query),
        );
        return { ...list, data: list.data.map(replaySummary) };
      },
    );

    app.get(
      '/api/replays/:id',
      {
        onRequest: requireAnyScope(...TO_READ),
        schema: {
          operationId: 'getReplay',
          tags,
          summary: 'Show a replay',
          description: `How far it is, and what became of the executions it made or retried. ${SCOPES_NEEDED}`,
          params: IdParams,
          response: { 200: Replay, ...problems('replay_not_found') },
        },
      },
      (request) =>
        asTenant(db, request.caller.organizationId, async (trx) => {
          const replay = await existing(trx, request.params.id);
          refuseLacking(request.caller, replay.kind, 'read');
          return show(trx, replay);
        }),
    );

    app.post(
      '/api/replays/:id/cancel',
      {
        onRequest: requireAnyScope('logs:write', 'executions:write'),
        schema: {
          operationId: 'cancelReplay',
          tags,
          summary: 'Cancel a replay',
          description: `It makes or retries no more executions. Those that it has made or retried go on. ${SCOPES_NEEDED}`,
          params: IdParams,
          response: {
            202: answer(Replay, { example: replayCancelled }),
            ...problems('replay_not_found', 'replay_not_cancellable'),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const replay = await asTenant(db, request.caller.organizationId, async (trx) => {
          const { kind } = await existing(trx, id);
          refuseLacking(request.caller, kind, 'write');
          if ((await cancelReplay(trx, id)) === 'ended') throw new Problem('replay_not_cancellable');
          return show(trx, await existing(trx, id));
        });
        reply.code(202);
        return replay;
      },
    );
  };

function registerStart(app: App, db: Database): void {
  app.post(
    '/api/webhook-logs/retry',
    {
      onRequest: requireScope('logs:write'),
      preHandler: refuseDelivery,
      config: { heavy: true },
      schema: {
        operationId: 'retryWebhookLogs',
        tags,
        summary: 'Run many webhooks again',
        description:
          'Every webhook that matches and was received until now, oldest first, each once, as a new execution of the same bytes. It goes on in the background, whatever is restarted meanwhile. `dryRun` only counts.',
        body: ReplayInput,
        response: {
          200: answer(DryRun, { description: 'What a dry run counted.' }),
          202: answer(Replay, {
            description: 'It has begun.',
            headers: { location: LOCATION },
            example: replayBegun,
          }),
          ...problems('search_too_wide', 'hop_limit_reached', 'budget_exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { organizationId, name } = request.caller;
      const { dryRun = false, ratePerSecond = 10 } = request.body;
      const filter = toLogFilter(request.body.filter, '/body/filter');
      if (dryRun) {
        reply.code(200);
        return asTenant(db, organizationId, (trx) => countLogs(trx, filter));
      }
      const replay = await asTenant(db, organizationId, (trx) =>
        insertReplay(trx, { organizationId, filter, ratePerSecond, requestedBy: name }),
      );
      reply.code(202).header('location', replayPath(replay.id));
      return replayView(replay, {});
    },
  );
}

/** @throws Problem replay_not_found: no such replay, or another organization's. */
async function existing(trx: Tx, id: string): Promise<StoredReplay> {
  const replay = await findReplay(trx, id);
  if (replay === null) throw new Problem('replay_not_found');
  return replay;
}

const show = async (trx: Tx, replay: StoredReplay): Promise<Replay> =>
  replayView(replay, await countReplayed(trx, replay));

const SCOPE_OF = { webhook_logs: 'logs', dead_letters: 'executions' } as const;

/** The scope that a caller has not, to read or to change replays of a kind; null: it has. */
function lacksScope({ scopes }: Caller, kind: ReplayKind, access: 'read' | 'write'): Scope | null {
  const scope = `${SCOPE_OF[kind]}:${access}` as const;
  return lackingScopes(scopes, [scope]).length === 0 ? null : scope;
}

/** @throws Problem insufficient_scope */
function refuseLacking(caller: Caller, kind: ReplayKind, access: 'read' | 'write'): void {
  const scope = lacksScope(caller, kind, access);
  if (scope === null) return;
  const detail = `For a replay of this kind, this call needs an API key with the scope "${scope}".`;
  throw new Problem('insufficient_scope', { detail });
}
