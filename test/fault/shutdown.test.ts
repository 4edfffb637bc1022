import { setTimeout as delay } from 'node:timers/promises';
import { createApi } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Answer, startReceiver } from '../helpers/receiver.ts';
import { type LogLine, startService } from '../helpers/service.ts';
import t, { type Test } from '../helpers/tap.ts';
import { audit } from './audit.ts';
import { holdWebhook } from './held.ts';
import { createSender, sendMany } from './load.ts';

// Minutes on a busy machine.
const LIMIT_MS = 600_000;
t.setTimeout(LIMIT_MS);

const PHASES = [
  'stop_accepting',
  'finish_requests',
  'flush_commits',
  'finish_jobs',
  'close_queue',
  'close_operations',
  'close_database',
];

const isStarted = ({ msg }: LogLine) => msg === 'shutdown.started';

/** Each phase once, one after the other. */
function checkPhases(t: Test, logs: LogLine[]): void {
  const ended = logs.filter(({ msg }) => msg === 'shutdown.phase');
  const times = PHASES.map((name) => ended.find(({ phase }) => phase === name)?.time ?? 'missing');
  t.equal(ended.length, PHASES.length, 'named phases');
  t.same(times, [...times].sort(), 'in their order');
}

async function start(t: Test, shutdownTimeoutMs: number) {
  const { url } = await createTestDatabase(t);
  const service = await startService(t, {
    env: { DATABASE_URL: url, SHUTDOWN_TIMEOUT_MS: String(shutdownTimeoutMs) },
  });
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const { id: workflowId } = await api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
  });
  const webhookUrl = () => `${service.url}/api/webhooks/${workflowId}`;
  return { service, receiver, api, workflowId, webhookUrl };
}

/** Answers that wait until they are let go. */
function createGate() {
  let open = () => {};
  const opened = new Promise<Answer>((resolve) => {
    open = () => resolve({});
  });
  return { opened, open };
}

t.test('SIGTERM with requests and deliveries under way: all of them end', async (t) => {
  const { service, receiver, api, workflowId, webhookUrl } = await start(t, 20_000);
  const gate = createGate();
  receiver.answer(() => gate.opened);
  const sent = await sendMany(createSender(t, webhookUrl(), 10), 10);
  await receiver.waitFor('ten deliveries', (requests) => requests.length === 10);
  const held = await Promise.all([1, 2, 3].map(() => holdWebhook(t, webhookUrl())));

  const from = service.logs.length;
  service.signal('SIGTERM');
  await service.waitForLog(isStarted, { from });
  const finished = await Promise.all(held.map((webhook) => webhook.finish()));
  t.same(
    finished.map(({ status }) => status),
    [200, 200, 200],
    'requests are answered',
  );
  await service.waitForLog(({ msg, phase }) => msg === 'shutdown.phase' && phase === 'flush_commits', {
    from,
  });
  gate.open();
  t.same(await service.exited(), { code: 0, signal: null });
  checkPhases(t, service.logs.slice(from));
  t.notOk(
    service.logs.slice(from).some(({ timedOut }) => timedOut === true),
    'no phase ran out of time',
  );

  await service.restart();
  const all = [...sent, ...finished];
  const found = await audit(t, { api, receiver, workflowId, sent: all });
  t.equal(found.resent, 0, 'deliveries under way were recorded');
  t.comment(found);
});

t.test('a delivery that takes longer than the shutdown may is broken off, and resumed at once', async (t) => {
  const limitMs = 4_000;
  const { service, receiver, api, webhookUrl } = await start(t, limitMs);
  receiver.answer(() => 'hang');
  const [sent] = await sendMany(createSender(t, webhookUrl(), 1), 1);
  await receiver.waitFor('the delivery', (requests) => requests.length === 1);
  // Somebody who never ends his upload keeps nobody else from ending.
  await holdWebhook(t, webhookUrl());

  const from = service.logs.length;
  const startedAt = performance.now();
  service.signal('SIGTERM');
  t.same(await service.exited(), { code: 0, signal: null });
  const tookMs = performance.now() - startedAt;
  checkPhases(t, service.logs.slice(from));
  t.ok(tookMs < limitMs + 2_000, `ended within its time (${Math.round(tookMs)} ms)`);

  receiver.answer(() => ({}));
  await service.restart();
  const execution = await ended(api, sent?.executionId);
  const [first, second] = execution.deliveries[0]?.attempts ?? [];
  t.match(first, { attempt: 1, result: 'ambiguous', outcome: 'connection_lost' });
  t.match(second, { attempt: 2, result: 'succeeded' });
  // Backoff, not the end of a lease.
  const brokenOffAt = Date.parse(first?.startedAt ?? '') + (first?.durationMs ?? 0);
  t.ok(Date.parse(first?.nextAttemptAt ?? '') - brokenOffAt < 2_000, 'due at once');
  t.same(
    receiver.requests.map(({ attempt }) => attempt),
    [1, 2],
  );
  t.equal(receiver.requests[0]?.deliveryId, receiver.requests[1]?.deliveryId);
});

t.test('a second signal ends it at once', async (t) => {
  const { service, receiver, webhookUrl } = await start(t, 600_000);
  receiver.answer(() => 'hang');
  await sendMany(createSender(t, webhookUrl(), 1), 1);
  await receiver.waitFor('the delivery', (requests) => requests.length === 1);
  service.signal('SIGTERM');
  await service.waitForLog(isStarted);
  let ended = false;
  const exit = service.exited().finally(() => {
    ended = true;
  });
  // Signals that follow each other closely count as one.
  while (!ended) {
    service.signal('SIGTERM');
    await delay(50);
  }
  t.same(await exit, { code: 1, signal: null });
});
