import type { FastifyBaseLogger } from 'fastify';
import { EndWatcher } from '../execute/end-watcher.ts';
import { TransitionWatcher } from '../execute/transition-watcher.ts';
import { EventStreams } from '../http/management/event-stream.ts';
import { createFaultLog } from '../queue/log.ts';
import { findEnded } from '../store/executions.ts';
import { databaseTime, findMoved, findTransitions } from '../store/transitions.ts';
import type { Stores } from './stores.ts';

/** What callers wait for and follow: the ends of executions, and everything on the way there. */
export function openWatching({
  log,
  stores,
}: {
  log: FastifyBaseLogger;
  stores: Pick<Stores, 'work' | 'config' | 'budgets'>;
}) {
  const { work: db, config, budgets } = stores;
  const faults = createFaultLog({ log, subject: 'transition_watcher', fields: {} });
  const ends = new EndWatcher({
    findEnded: (ids) => findEnded(db, ids),
    onError: (err) => log.warn({ err }, 'executions.watch_failed'),
  });
  const transitions = new TransitionWatcher({
    databaseTime: () => databaseTime(db),
    findMoved: (positions) => findMoved(db, positions),
    findTransitions: (span) => findTransitions(db, span),
    onAnswer: faults.healthy,
    onError: faults.unavailable,
  });
  const eventStreams = new EventStreams(budgets.concurrent('event_streams'));
  // After the cache of the keys, which shall not answer from before the change.
  config.tell('api_key', { invalidate: () => eventStreams.recheck(), clear: () => eventStreams.recheck() });
  ends.start();
  transitions.start();
  return {
    ends,
    transitions,
    eventStreams,
    async stop(): Promise<void> {
      eventStreams.stop();
      await Promise.all([ends.stop(), transitions.stop()]);
    },
  };
}
