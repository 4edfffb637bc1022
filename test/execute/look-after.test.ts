import { DEFAULT_AWAIT_CALLBACK } from '../../src/domain/await-callback.ts';
import { newId } from '../../src/domain/ids.ts';
import { type Look, lookAfter, pauseMs } from '../../src/execute/look-after.ts';
import type { N8nOutcome, SoughtOutcome } from '../../src/execute/n8n-outcome.ts';
import type { Awaited } from '../../src/store/work.ts';
import { triggerTo } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const SINCE = new Date(Date.now() - 10_000);
const n8n = { executionId: '4711', workflowId: 'wf1' };

const waitingFor = (awaited: Partial<Awaited> = {}, runAttempt = 1) => ({
  id: newId(),
  executionId: newId(),
  triggerId: newId(),
  endpointId: newId(),
  leaseToken: newId(),
  run: 1,
  attempt: 2,
  runAttempt,
  afterLost: false,
  isUndecided: false,
  awaited: { isOverdue: false, attempt: 1, since: SINCE, n8nExecutionId: null, ...awaited },
});

const toward = (setting: Partial<typeof DEFAULT_AWAIT_CALLBACK>, maxAttempts = 3) =>
  triggerTo(
    { url: 'http://n8n/webhook/a', retryPolicy: { maxAttempts, baseMs: 100, capMs: 100 } },
    { awaitCallback: { ...DEFAULT_AWAIT_CALLBACK, ...setting } },
  );

const recordOf = (look: Look) => ('record' in look ? look.record : null);

const asked: SoughtOutcome[] = [];
const answering = (outcome: N8nOutcome) => ({
  askN8n: async (sought: SoughtOutcome) => {
    asked.push(sought);
    return outcome;
  },
});
const never = {
  askN8n: async () => {
    throw new Error('asked');
  },
};

t.test('nobody said anything', async (t) => {
  const early = await lookAfter(never, { delivery: waitingFor(), trigger: toward({}) });
  t.match(early, { again: { inMs: null, n8n: null } }, 'before its time it waits on');
  const overdue = waitingFor({ isOverdue: true });
  t.match(recordOf(await lookAfter(never, { delivery: overdue, trigger: toward({ deadlineSeconds: 7 }) })), {
    outcome: 'callback_overdue',
    result: 'failed',
    state: 'failed',
    retryInMs: null,
    requestUrl: '',
    error: 'n8n accepted attempt 1 and did not say within 7 s how the workflow went.',
    advice: /POST \/api\/webhooks\/n8n.*Retry the execution/,
  });
});

t.test('overdue, and to be sent again: as the retry policy says', async (t) => {
  const trigger = toward({ onOverdue: 'retry' }, 2);
  const first = recordOf(await lookAfter(never, { delivery: waitingFor({ isOverdue: true }), trigger }));
  t.match(first, { outcome: 'callback_overdue', state: 'retrying', advice: /same x-hookgate-delivery-id/ });
  t.ok(first?.retryInMs !== null && (first?.retryInMs ?? -1) <= 100);
  const last = recordOf(await lookAfter(never, { delivery: waitingFor({ isOverdue: true }, 2), trigger }));
  t.match(last, { outcome: 'callback_overdue', state: 'dead_lettered', retryInMs: null });
});

t.test('a trigger that was removed: it is still waited for, and nothing is sent again', async (t) => {
  const looking = { trigger: undefined };
  t.match(await lookAfter(never, { ...looking, delivery: waitingFor() }), { again: { inMs: null } });
  const overdue = await lookAfter(never, { ...looking, delivery: waitingFor({ isOverdue: true }) });
  t.match(recordOf(overdue), { state: 'failed', advice: /The trigger was removed/ });
});

t.test('n8n is asked', async (t) => {
  const trigger = toward({ confirm: 'api' });
  const look = (outcome: N8nOutcome, awaited: Partial<Awaited> = {}) =>
    lookAfter(answering(outcome), { delivery: waitingFor(awaited), trigger });

  t.match(recordOf(await look({ status: 'succeeded', n8n })), {
    state: 'succeeded',
    result: 'succeeded',
    outcome: 'confirmed',
    confirmedBy: 'api',
    n8n,
  });
  t.match(asked.at(-1), {
    endpointUrl: 'http://n8n/webhook/a',
    attempt: 1,
    since: SINCE,
    n8nExecutionId: null,
  });
  const failed = { status: 'failed', n8n, n8nStatus: 'error', error: 'No such card' } as const;
  t.match(recordOf(await look(failed, { isOverdue: true })), {
    state: 'failed',
    outcome: 'n8n_execution_failed',
    error: 'No such card',
    advice: /POST \/api\/n8n\/executions\/4711\/retry/,
    n8n,
  });
  t.match(recordOf(await look({ ...failed, error: null })), { error: /4711 ended as "error"/ });

  const running = { status: 'unfinished', n8n, n8nStatus: 'waiting' } as const;
  t.match(await look(running), { again: { n8n } });
  t.match(recordOf(await look(running, { isOverdue: true })), {
    outcome: 'callback_overdue',
    advice: /execution 4711 has not ended: it is "waiting"/,
  });
  const down = { status: 'unknown', detail: 'n8n refuses connections.' } as const;
  t.match(await look(down), { again: { n8n: null } });
  t.match(recordOf(await look(down, { isOverdue: true })), { advice: /^n8n refuses connections\. / });
  const absent = await lookAfter({ askN8n: null }, { delivery: waitingFor({ isOverdue: true }), trigger });
  t.match(recordOf(absent), { advice: /N8N_API_KEY is not set/ });
});

t.test('the pause grows from one second to thirty', async (t) => {
  t.same(
    [-5, 0, 1_000, 2_000, 10_000, 60_000, 3_600_000].map(pauseMs),
    [1_000, 1_000, 1_000, 1_000, 5_000, 30_000, 30_000],
  );
});
