import { createN8nHealth } from '../../src/n8n/health.ts';
import { type Script, startReceiver } from '../helpers/receiver.ts';
import t, { type Test } from '../helpers/tap.ts';

async function setUp(t: Test, script: Script, deadlineMs?: number) {
  const n8n = await startReceiver(t, script);
  const health = createN8nHealth({ baseUrl: n8n.url, ...(deadlineMs !== undefined && { deadlineMs }) });
  t.teardown(() => health.close());
  return { n8n, health };
}

t.test('n8n is asked whether it is ready, once for all who ask', async (t) => {
  const { n8n, health } = await setUp(t, () => ({ body: '{"status":"ok"}' }));
  const reports = await Promise.all(Array.from({ length: 20 }, () => health.check()));
  t.match(reports[0], { status: 'ok', detail: null });
  t.type(reports[0]?.latencyMs, 'number');
  await health.check();
  t.same(
    n8n.requests.map(({ method, url }) => `${method} ${url}`),
    ['GET /healthz/readiness'],
    'and what it says is remembered for a moment',
  );
  t.notOk('x-n8n-api-key' in (n8n.requests[0]?.headers ?? {}));
});

t.test('what is wrong is named', async (t) => {
  const starting = await setUp(t, () => ({ status: 503, body: '{"status":"error"}' }));
  t.match(await starting.health.check(), { status: 'not_ready', detail: 'It answers HTTP 503.' });
  const hanging = await setUp(t, () => 'hang', 50);
  t.match(await hanging.health.check(), { status: 'timeout', latencyMs: null });
  const gone = await setUp(t, () => ({}));
  await gone.n8n.close();
  t.match(await gone.health.check(), { status: 'unreachable', latencyMs: null });
});
