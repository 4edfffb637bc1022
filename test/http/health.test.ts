import { createMetrics } from '../../src/operate/metrics.ts';
import type { Readiness } from '../../src/operate/readiness.ts';
import t from '../helpers/tap.ts';
import { edge } from './edge.ts';

t.test('livez asks nobody', async (t) => {
  const { app } = await edge(t, { readiness: () => Promise.reject(new Error('nobody answers')) });
  const answer = await app.inject('/livez');
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json(), { status: 'ok' });
});

t.test('readyz: degraded still gets traffic, unready does not', async (t) => {
  let readiness: Readiness = { status: 'ok', checks: { database: { status: 'ok' } } };
  const { app } = await edge(t, { readiness: async () => readiness });
  const ask = async () => {
    const answer = await app.inject('/readyz');
    return { status: answer.statusCode, body: answer.json() };
  };
  t.strictSame(await ask(), { status: 200, body: readiness });
  readiness = {
    status: 'degraded',
    checks: { queue: { status: 'degraded', detail: 'Redis does not answer.' } },
  };
  t.strictSame(await ask(), { status: 200, body: readiness });
  readiness = {
    status: 'unready',
    checks: { database: { status: 'unready', detail: 'Postgres does not answer.' } },
  };
  t.strictSame(await ask(), { status: 503, body: readiness });
});

t.test('metrics count requests by route, not by path', async (t) => {
  const { app } = await edge(t, {
    routes: async (app) => {
      app.get('/things/:id', async ({ params }) => params);
      app.post('/things', async () => ({}));
    },
  });
  await app.inject('/things/1?secret=2');
  await app.inject('/things/2');
  await app.inject({ method: 'HEAD', url: '/things/3' });
  await app.inject('/nowhere/4');
  const answer = await app.inject('/metrics');
  t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
  t.match(answer.body, 'hookgate_http_requests_total{method="GET",route="/things/:id",status="200"} 2');
  t.match(answer.body, 'hookgate_http_requests_total{method="HEAD",route="/things/:id",status="200"} 1');
  t.match(answer.body, 'hookgate_http_requests_total{method="ANY",route="(unmatched)",status="404"} 1');
  t.notMatch(answer.body, 'nowhere');
});

t.test('metrics can ask for a token', async (t) => {
  const { app } = await edge(t, { metricsAccess: { token: 'only for scrapers' } });
  const ask = (headers = {}) => app.inject({ url: '/metrics', headers });
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'only for scrapers' }]) {
    const refused = await ask(headers);
    t.match(refused.json(), { status: 401, code: 'unauthorized' });
    t.equal(refused.headers['www-authenticate'], 'Bearer');
    t.notMatch(refused.body, 'hookgate_');
  }
  const { app: open } = await edge(t, { metricsAccess: { token: 'scraper' } });
  const answer = await open.inject({ url: '/metrics', headers: { authorization: 'Bearer scraper' } });
  t.equal(answer.statusCode, 200);
});

t.test('metrics can be closed, or elsewhere', async (t) => {
  const { app } = await edge(t, { metricsAccess: 'closed' });
  const closed = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer anything' } });
  t.match(closed.json(), { status: 403, code: 'metrics_closed', detail: /METRICS_TOKEN/ });
  const { app: other } = await edge(t, { metricsAccess: 'elsewhere' });
  t.equal((await other.inject('/metrics')).statusCode, 404);
  t.equal((await other.inject('/readyz')).statusCode, 200);
});

t.test('metrics answer although their sources do not', async (t) => {
  const metrics = createMetrics({
    oldestDueSeconds: () => new Promise(() => {}),
    queueDepth: () => Promise.reject(new Error('Redis is away')),
    ingestWaitingRows: () => 3,
    eventStreams: () => 0,
  });
  const { app } = await edge(t, { metrics });
  const answer = await app.inject('/metrics');
  t.equal(answer.statusCode, 200);
  t.match(answer.body, '\nhookgate_ingest_waiting_rows 3\n');
  t.notMatch(answer.body, /^hookgate_(oldest_due_seconds|queue_depth) /m);
});
