import { LRUCache } from 'lru-cache';
import { type Answered, type EvaluationRequest, READY } from './protocol.ts';
import { Realm } from './realm.ts';

/** About half a megabyte each. */
const realms = new LRUCache<string, Realm>({ max: 20 });

function evaluate(request: EvaluationRequest): Answered {
  const realm = realms.get(request.expression) ?? new Realm();
  realms.set(request.expression, realm);
  // From here: making a realm is not the expression's fault.
  const before = process.cpuUsage();
  const answer = realm.evaluate(request);
  const { user, system } = process.cpuUsage(before);
  if (answer.status === 'timed_out') realms.delete(request.expression);
  return { answer, cpuMs: (user + system) / 1_000 };
}

// A terminal sends these to the whole group. Whoever started this process decides when it ends, and when that
// one is gone the channel closes, which ends it too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const send = (message: Answered | typeof READY) =>
  process.send?.(message, undefined, undefined, (error: Error | null) => {
    if (error) process.exit(1);
  });

process.on('message', (request: EvaluationRequest) => send(evaluate(request)));
send(READY);
