import { asTenant, type Database } from '../../store/database.ts';
import { countDeadLetters, listDeadLetters } from '../../store/dead-letters.ts';
import { insertRedrive } from '../../store/replays.ts';
import type { App } from '../app.ts';
import { deadLetterView } from '../management/dead-letter-view.ts';
import { parseTimeRange } from '../management/parse-time.ts';
import { replayPath, replayView } from '../management/replay-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { refuseDelivery } from '../plugins/refuse-delivery.ts';
import { answer, LOCATION, page, problems } from '../schemas/common.ts';
import { DeadLetter, DeadLettersQuery } from '../schemas/dead-letters.ts';
import { redriveBegun } from '../schemas/examples/replays.ts';
import { RedriveDryRun, RedriveInput, Replay } from '../schemas/replays.ts';

const tags = ['Dead letters'];

/** What was given up, and running it again: `/api/dead-letters`. */
export const deadLetterRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    app.get(
      '/api/dead-letters',
      {
        onRequest: requireScope('executions:read'),
        schema: {
          operationId: 'listDeadLetters',
          tags,
          summary: 'List the dead letters',
          description:
            'Deliveries that were given up: all attempts are used up, and no fallback took them; those of cancelled executions are left out. Newest first, by when the delivery was made.',
          querystring: DeadLettersQuery,
          response: { 200: page(DeadLetter), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const { limit, cursor, from, to, ...filter } = request.query;
        const times = parseTimeRange({ from, to }, '/query');
        const list = await asTenant(db, request.caller.organizationId, (trx) =>
          listDeadLetters(trx, { ...filter, ...times }, { limit, cursor }),
        );
        return { ...list, data: list.data.map(deadLetterView) };
      },
    );

    registerRedrive(app, db);
  };

function registerRedrive(app: App, db: Database): void {
  app.post(
    '/api/dead-letters/redrive',
    {
      onRequest: requireScope('executions:write'),
      preHandler: refuseDelivery,
      config: { heavy: true },
      schema: {
        operationId: 'redriveDeadLetters',
        tags,
        summary: 'Retry the executions of many dead letters',
        description:
          'Every execution that is `dead_lettered` and of which a delivery matches and was given up until now, each once, as POST /api/executions/:id/retry does it: what succeeded is not sent again. It goes on in the background, whatever is restarted meanwhile: GET /api/replays/:id shows how far it is, POST /api/replays/:id/cancel stops it, and so does an error rate over one half. `dryRun` only counts.',
        body: RedriveInput,
        response: {
          200: answer(RedriveDryRun, { description: 'What a dry run counted.' }),
          202: answer(Replay, {
            description: 'It has begun.',
            headers: { location: LOCATION },
            example: redriveBegun,
          }),
          ...problems('hop_limit_reached', 'budget_exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { organizationId, name } = request.caller;
      const { dryRun = false, ratePerSecond = 10 } = request.body;
      const { from, to, ...others } = request.body.filter;
      const filter = { ...others, ...parseTimeRange({ from, to }, '/body/filter') };
      if (dryRun) {
        reply.code(200);
        return asTenant(db, organizationId, (trx) => countDeadLetters(trx, filter));
      }
      const redrive = await asTenant(db, organizationId, (trx) =>
        insertRedrive(trx, { organizationId, filter, ratePerSecond, requestedBy: name }),
      );
      reply.code(202).header('location', replayPath(redrive.id));
      return replayView(redrive, {});
    },
  );
}
