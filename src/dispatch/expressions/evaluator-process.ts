import { LRUCache } from 'lru-cache';
import { type EvaluationRequest, type EvaluatorAnswer, READY } from './protocol.ts';
import { Realm } from './realm.ts';

/** About half a megabyte each. */
const realms = new LRUCache<string, Realm>({ max: 20 });

function answer(request: EvaluationRequest): EvaluatorAnswer {
  const realm = realms.get(request.expression) ?? new Realm();
  realms.set(request.expression, realm);
  const result = realm.evaluate(request);
  if (result.status === 'timed_out') realms.delete(request.expression);
  return result;
}

// A terminal sends these to the whole group. Whoever started this process decides when it ends, and when that
// one is gone the channel closes, which ends it too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const send = (message: EvaluatorAnswer | typeof READY) =>
  process.send?.(message, undefined, undefined, (error: Error | null) => {
    if (error) process.exit(1);
  });

process.on('message', (request: EvaluationRequest) => send(answer(request)));
send(READY);
