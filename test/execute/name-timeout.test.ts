import { nameTimeout } from '../../src/execute/name-timeout.ts';
import type { AttemptRecord } from '../../src/store/record.ts';
import { triggerTo } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const { endpoint } = triggerTo({ url: 'https://n8n.example.com/webhook/orders' });
const attempt = (outcome: string): AttemptRecord =>
  ({ outcome, result: 'ambiguous', advice: 'of the rules', retryInMs: 7 }) as AttemptRecord;

t.test('an n8n at its concurrency limit is told from a slow one, and nothing else changes', async (t) => {
  const asked: string[] = [];
  const full = async (url: string) => asked.push(url) > 0;
  const named = await nameTimeout(attempt('timed_out'), endpoint, full);
  t.match(named, {
    outcome: 'n8n_at_concurrency_limit',
    advice: /pace.concurrency/,
    result: 'ambiguous',
    retryInMs: 7,
  });
  t.same(asked, [endpoint.url]);
});

t.test('a slow one keeps its name', async (t) => {
  const slow = attempt('timed_out');
  t.equal(await nameTimeout(slow, endpoint, async () => false), slow);
});

t.test('nobody asks about anything but a timeout', async (t) => {
  const never = () => Promise.reject(new Error('asked'));
  for (const outcome of ['delivered', 'connection_lost', 'ambiguous_held', 'server_error']) {
    const record = attempt(outcome);
    t.equal(await nameTimeout(record, endpoint, never), record, outcome);
  }
});
