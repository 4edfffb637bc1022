import { Problem } from '../../domain/problem.ts';
import { endOf, type TransitionWatcher } from '../../execute/transition-watcher.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { databaseTime, findProgress } from '../../store/transitions.ts';
import { findWorkflow } from '../../store/workflows.ts';
import type { App } from '../app.ts';
import type { EventStreams } from '../management/event-stream.ts';
import { endFrame, executionFrames, feedFrames } from '../management/execution-events.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { IdParams, problems } from '../schemas/common.ts';
import {
  EXECUTION_EVENTS,
  ExecutionEventsHeaders,
  ExecutionFeedQuery,
  FEED_EVENTS,
} from '../schemas/execution-events.ts';

export interface ExecutionEventRoutePorts {
  db: Database;
  transitions: Pick<TransitionWatcher, 'follow' | 'listen'>;
  eventStreams: EventStreams;
}

const tags = ['Executing'];

const COMMON =
  'A comment every 15 seconds shows that the stream lives; `retry` asks clients to come back a second after it broke off. A client that does not read what it is sent is cut off, and so is one whose key was revoked, has expired or lost its scope, within a second. An organization can have so many streams open at once as its budget `event_streams` says. `EventSource` of browsers cannot send a key: read the stream with `fetch`.';

/** What happens to executions, while it happens: `/api/executions/:id/events` and `/api/executions/events`. */
export const executionEventRoutes = (ports: ExecutionEventRoutePorts) => async (app: App) => {
  registerExecution(app, ports);
  registerFeed(app, ports);
};

function registerExecution(app: App, { db, transitions, eventStreams }: ExecutionEventRoutePorts): void {
  const authorize = requireScope('executions:read');
  app.get(
    '/api/executions/:id/events',
    {
      onRequest: authorize,
      // A stream without its body would be held open for nothing.
      exposeHeadRoute: false,
      schema: {
        operationId: 'followExecution',
        tags,
        summary: 'Follow an execution',
        description: `Server-sent events: every transition, those that were before first, then each as it happens, whichever process makes it. With \`Last-Event-ID\` only those after it. After the transition that ends the execution comes \`end\`, and the stream is over; whoever comes back then gets \`end\` at once, unless it was retried since: its seq goes on, and so does the stream. ${COMMON}`,
        params: IdParams,
        headers: ExecutionEventsHeaders,
        response: {
          200: EXECUTION_EVENTS,
          ...problems('validation_failed', 'execution_not_found', 'budget_exceeded', 'too_many_streams'),
        },
      },
    },
    async (request, reply) => {
      const { caller, headers, params } = request;
      const afterSeq = Number(headers['last-event-id'] ?? -1);
      const position = { executionId: params.id, seq: afterSeq };
      const progress = await asTenant(db, caller.organizationId, (trx) => findProgress(trx, position));
      if (progress === null) throw new Problem('execution_not_found');
      if (afterSeq > progress.seq) throw neverSent();
      const stream = eventStreams.open({ request, reply, authorize });
      const finish = (end: NonNullable<ReturnType<typeof endOf>>) => {
        stream.send(endFrame(end));
        stream.end();
      };
      const knownSeq = progress.transitions.at(-1)?.seq ?? afterSeq;
      stream.send(executionFrames(progress.transitions));
      const end = endOf(progress, knownSeq);
      if (end !== null) return finish(end);
      const unfollow = transitions.follow({
        executionId: progress.executionId,
        afterSeq: knownSeq,
        // What a slow client has not taken yet waits in the database, not here.
        isReady: () => stream.isDrained,
        onTransitions: (news) => stream.send(executionFrames(news)),
        onEnd: finish,
      });
      stream.onClose(unfollow);
    },
  );
}

const neverSent = () =>
  new Problem('validation_failed', {
    errors: [
      { pointer: '/headers/last-event-id', detail: 'must be the id of an event that this execution has had' },
    ],
  });

function registerFeed(app: App, { db, transitions, eventStreams }: ExecutionEventRoutePorts): void {
  const authorize = requireScope('executions:read');
  app.get(
    '/api/executions/events',
    {
      onRequest: authorize,
      exposeHeadRoute: false,
      schema: {
        operationId: 'followExecutions',
        tags,
        summary: 'Follow all executions',
        description: `Server-sent events: the transitions of all executions, or of those of one workflow, from the moment on that the answer begins. An execution appears with its first transition after \`queued\`. This feed is live only: \`Last-Event-ID\` is ignored, and what happened while a client was away is found in the list of executions. ${COMMON}`,
        querystring: ExecutionFeedQuery,
        response: {
          200: FEED_EVENTS,
          ...problems('workflow_not_found', 'budget_exceeded', 'too_many_streams'),
        },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.caller;
      const workflowId = request.query.workflowId?.toLowerCase() ?? null;
      const since = await asTenant(db, organizationId, (trx) => beginFeed(trx, workflowId));
      const stream = eventStreams.open({ request, reply, authorize });
      const unlisten = transitions.listen({
        organizationId,
        workflowId,
        since,
        onTransitions: (news) => stream.send(feedFrames(news)),
      });
      stream.onClose(unlisten);
    },
  );
}

async function beginFeed(trx: Tx, workflowId: string | null): Promise<Date> {
  if (workflowId !== null && (await findWorkflow(trx, workflowId)) === null) {
    throw new Problem('workflow_not_found');
  }
  return databaseTime(trx);
}
