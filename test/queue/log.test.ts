import { createFaultLog, describeError } from '../../src/queue/log.ts';
import t from '../helpers/tap.ts';
import { recordLog } from './backends.ts';

t.test('an outage is one line, and its end another, however many errors come', async (t) => {
  const { log, lines } = recordLog();
  const faults = createFaultLog({ log, subject: 'queue', fields: { side: 'worker' } });
  faults.healthy();
  t.strictSame(lines, [], 'nothing to tell');
  for (let errors = 0; errors < 10_000; errors += 1) faults.unavailable(new Error('gone'));
  for (let errors = 0; errors < 10_000; errors += 1) faults.error(new Error('OOM'));
  faults.healthy();
  faults.healthy();
  t.match(lines, [
    { message: 'queue.unavailable', fields: { side: 'worker', error: 'gone', suppressed: 0 } },
    { message: 'queue.error', fields: { error: 'OOM' } },
    { message: 'queue.recovered', fields: { side: 'worker', downMs: Number } },
  ]);
  t.equal(lines.length, 3);
});

t.test('a fault that was not told does not recover aloud: the last line stays true', async (t) => {
  const { log, messages } = recordLog();
  const faults = createFaultLog({ log, subject: 'queue', fields: {} });
  for (let flaps = 0; flaps < 100; flaps += 1) {
    faults.unavailable(new Error('gone'));
    faults.healthy();
  }
  t.strictSame(messages(), ['queue.unavailable', 'queue.recovered']);
});

t.test('of an error only its message and its code are told', async (t) => {
  const denied = Object.assign(new Error('WRONGPASS invalid'), {
    command: { name: 'auth', args: ['s3cret'] },
  });
  t.strictSame(describeError(denied), { error: 'WRONGPASS invalid' });
  const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  t.strictSame(describeError(refused), { error: 'ECONNREFUSED', code: 'ECONNREFUSED' });
  t.strictSame(describeError('text'), { error: 'text' });
});
