import { randomBytes } from 'node:crypto';
import { ended } from '../helpers/ended.ts';
import { startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { rawConnection } from '../helpers/raw-http.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const PHASES = [
  'stop_accepting',
  'finish_requests',
  'flush_commits',
  'finish_jobs',
  'close_queue',
  'close_operations',
  'close_database',
];

const phasesOf = (logs: { msg: string }[]) =>
  logs.flatMap((line) => (line.msg === 'shutdown.phase' ? [(line as { phase?: string }).phase] : []));

t.test('stops in order, and stopping again is the same', async (t) => {
  const journey = await startJourney(t);
  const workflow = await journey.api.createWorkflow();
  await journey.api.send(workflow.id);
  const first = journey.close();
  t.equal(journey.close(), first);
  await first;
  t.same(phasesOf(journey.logs), PHASES);
  t.notOk(journey.logs.some(({ timedOut }) => timedOut === true));
  await t.rejects(journey.api.call('GET', '/livez'));
});

t.test('neither a stalled upload nor an endpoint that hangs keeps it from stopping', async (t) => {
  const env = {
    DATABASE_URL: (await createTestDatabase(t)).url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: 'the-same-admin-key-for-both-starts',
    SHUTDOWN_TIMEOUT_MS: '2000',
  };
  const receiver = await startReceiver(t, ({ attempt }) => (attempt === 1 ? 'hang' : {}));
  const before = await startJourney(t, { env });
  const workflow = await before.api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, timeoutMs: 300_000 } }],
  });
  const { body } = await before.api.send(workflow.id);
  await receiver.waitFor('the attempt', (requests) => requests.length === 1);
  const upload = await rawConnection(before.url);
  upload.socket.write(
    `POST /api/webhooks/${workflow.id} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nstalled`,
  );
  await before.api.call('GET', '/livez');

  await before.close();
  await upload.closed;
  t.same(phasesOf(before.logs), PHASES);
  t.notOk(
    before.logs.some(({ timedOut, phase }) => timedOut === true && phase !== 'finish_requests'),
    'there was time for every phase after it',
  );

  const after = await startJourney(t, { env });
  const execution = await ended(after.api, body.executionId);
  t.match(execution, {
    status: 'succeeded',
    deliveries: [
      {
        attempts: [
          { attempt: 1, result: 'ambiguous', outcome: 'connection_lost' },
          { attempt: 2, result: 'succeeded' },
        ],
      },
    ],
  });
  t.equal(new Set(receiver.requests.map(({ deliveryId }) => deliveryId)).size, 1);
  t.equal((await after.api.logs({ workflowId: workflow.id })).length, 1, 'of the upload nothing was stored');
});

t.test('what cannot start leaves nothing running', async (t) => {
  const { port } = new URL((await startJourney(t)).url);
  await t.rejects(startJourney(t, { env: { PORT: port } }), {
    name: 'ConfigError',
    message: /^PORT is in use/,
  });
  await t.rejects(startJourney(t, { env: { HOST: '192.0.2.1' } }), {
    message: /^HOST and PORT .*EADDRNOTAVAIL/,
  });
});
