import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

t.test('a listener for operators has the metrics, and health is on both', async (t) => {
  const { url, logs, close } = await startJourney(t, { env: { OPERATIONS_PORT: '0' } });
  const operations = String(logs.find(({ msg }) => msg === 'operations.listening')?.url);
  const status = async (base: string, path: string) => {
    const response = await fetch(base + path);
    await response.body?.cancel();
    return response.status;
  };
  t.not(operations, url);
  for (const base of [url, operations]) {
    t.equal(await status(base, '/livez'), 200);
    t.ok([200, 503].includes(await status(base, '/readyz')));
  }
  t.equal(await status(url, '/metrics'), 404);
  const metrics = await fetch(`${operations}/metrics`);
  t.equal(metrics.status, 200);
  t.match(await metrics.text(), /^hookgate_webhooks_total/m);
  for (const path of ['/api/workflows', '/docs', '/openapi.json', '/api/webhooks/n8n']) {
    t.equal(await status(operations, path), 404, path);
  }
  await close();
  await t.rejects(fetch(`${operations}/livez`), 'it ends with the service');
});

t.test('it can ask for the token, and its address is a setting of its own', async (t) => {
  const { logs } = await startJourney(t, { env: { OPERATIONS_PORT: '0', METRICS_TOKEN: 'for-scrapers' } });
  const operations = String(logs.find(({ msg }) => msg === 'operations.listening')?.url);
  t.equal((await fetch(`${operations}/metrics`)).status, 401);
  const authorization = 'Bearer for-scrapers';
  t.equal((await fetch(`${operations}/metrics`, { headers: { authorization } })).status, 200);
  const taken = new URL(operations).port;
  await t.rejects(startJourney(t, { env: { OPERATIONS_PORT: taken } }), {
    message: /^OPERATIONS_PORT is in use/,
  });
});
