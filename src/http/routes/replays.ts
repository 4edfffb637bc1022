import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { countLogs } from '../../store/log-scan.ts';
import { cancelReplay, countReplayed, findReplay, insertReplay, listReplays } from '../../store/replays.ts';
import type { App } from '../app.ts';
import { toLogFilter } from '../management/log-filter.ts';
import { replayPath, replaySummary, replayView } from '../management/replay-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, listQuery, page, problems } from '../schemas/common.ts';
import { replayBegun, replayCancelled } from '../schemas/examples/replays.ts';
import { DryRun, Replay, ReplayInput, ReplaySummary } from '../schemas/replays.ts';

const tags = ['Replays'];

/** Running many webhooks again: `/api/webhook-logs/retry` and `/api/replays`. */
export const replayRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    registerStart(app, db);

    app.get(
      '/api/replays',
      {
        onRequest: requireScope('logs:read'),
        schema: {
          operationId: 'listReplays',
          tags,
          summary: 'List replays',
          description: 'Newest first.',
          querystring: listQuery({}),
          response: { 200: page(ReplaySummary), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const list = await asTenant(db, request.caller.organizationId, (trx) =>
          listReplays(trx, request.query),
        );
        return { ...list, data: list.data.map(replaySummary) };
      },
    );

    app.get(
      '/api/replays/:id',
      {
        onRequest: requireScope('logs:read'),
        schema: {
          operationId: 'getReplay',
          tags,
          summary: 'Show a replay',
          description: 'How far it is, and what became of the executions it made.',
          params: IdParams,
          response: { 200: Replay, ...problems('replay_not_found') },
        },
      },
      (request) => asTenant(db, request.caller.organizationId, (trx) => show(trx, request.params.id)),
    );

    app.post(
      '/api/replays/:id/cancel',
      {
        onRequest: requireScope('logs:write'),
        schema: {
          operationId: 'cancelReplay',
          tags,
          summary: 'Cancel a replay',
          description: 'It makes no more executions. Those that it has made go on.',
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
          if ((await cancelReplay(trx, id)) === 'ended') throw new Problem('replay_not_cancellable');
          return show(trx, id);
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
          ...problems('search_too_wide'),
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
async function show(trx: Tx, id: string): Promise<Replay> {
  const replay = await findReplay(trx, id);
  if (replay === null) throw new Problem('replay_not_found');
  return replayView(replay, await countReplayed(trx, id));
}
