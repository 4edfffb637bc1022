import { requireScope } from '../../src/http/plugins/authenticate.ts';
import t from '../helpers/tap.ts';
import { type EdgeOptions, edge, keyWith, ORGANIZATION } from './edge.ts';

const routes: NonNullable<EdgeOptions['routes']> = async (app) => {
  app.get('/things/:id', { onRequest: requireScope('workflows:read') }, async () => ({}));
  app.get('/logs', async (request) => {
    request.log.info({ headers: request.headers }, 'route.line');
    return {};
  });
  app.post('/hot/:workflowId', { config: { quiet: true } }, async ({ params }) => {
    if ((params as { workflowId: string }).workflowId === 'broken') throw new Error('broken');
    return {};
  });
};

t.test('every answer has an id of ours', async (t) => {
  const { app } = await edge(t, { routes });
  const ids = new Set<string>();
  for (const url of ['/logs', '/things/1', '/nowhere', '/things/%zz', '/livez', '/docs/', '/openapi.json']) {
    const answer = await app.inject({ url, headers: { 'x-request-id': "mine'; --" } });
    const id = String(answer.headers['x-request-id']);
    t.match(id, /^[A-Za-z0-9-]{10,60}$/, url);
    ids.add(id);
  }
  t.equal(ids.size, 7);
});

t.test('one line for a request, without what may be secret', async (t) => {
  const { app, lines, text } = await edge(t, { routes });
  const key = keyWith('workflows:read');
  const answer = await app.inject({
    url: '/things/7?token=hunter2',
    headers: { authorization: `Bearer ${key}`, cookie: 'session=hunter3' },
  });
  t.match(lines, [
    {
      level: 'info',
      msg: 'http.request',
      requestId: answer.headers['x-request-id'],
      method: 'GET',
      route: '/things/:id',
      statusCode: 200,
      durationMs: Number,
      caller: 'api_key:test',
      organizationId: ORGANIZATION,
    },
  ]);
  t.equal(lines.length, 1);
  t.notMatch(text(), /hunter|key-of/);
});

t.test('what a route logs names the request and hides credentials', async (t) => {
  const { app, lines, text } = await edge(t, { routes });
  const answer = await app.inject({
    url: '/logs',
    headers: {
      authorization: 'Bearer hunter2',
      'x-api-key': 'hunter3',
      cookie: 'a=hunter4',
      'x-shop': 'shown',
    },
  });
  t.match(lines[0], {
    msg: 'route.line',
    requestId: answer.headers['x-request-id'],
    headers: { authorization: '[redacted]', 'x-shop': 'shown' },
  });
  t.notMatch(text(), 'hunter');
});

t.test('a hot route logs its successes only when asked to', async (t) => {
  const info = await edge(t, { routes, level: 'info' });
  await info.app.inject({ method: 'POST', url: '/hot/1' });
  await info.app.inject('/livez');
  t.strictSame(info.lines, []);
  await info.app.inject({
    method: 'POST',
    url: '/hot/1',
    payload: 'text',
    headers: { 'content-type': 'text/plain' },
  });
  t.match(info.lines, [{ level: 'info', statusCode: 415, code: 'unsupported_media_type', workflowId: '1' }]);
  info.lines.length = 0;
  const broken = await info.app.inject({ method: 'POST', url: '/hot/broken' });
  const requestId = broken.headers['x-request-id'];
  t.match(info.lines, [
    { level: 'error', msg: 'http.error', requestId },
    { level: 'warn', msg: 'http.request', statusCode: 500, code: 'internal_error', requestId },
  ]);

  const debug = await edge(t, { routes, level: 'debug' });
  await debug.app.inject({ method: 'POST', url: '/hot/1' });
  t.match(debug.lines, [{ level: 'debug', msg: 'http.request', route: '/hot/:workflowId', workflowId: '1' }]);
});

t.test('without a logger nothing breaks', async (t) => {
  const { app } = await edge(t, { routes, logger: false });
  t.equal((await app.inject('/logs')).statusCode, 200);
  t.equal((await app.inject({ method: 'POST', url: '/hot/broken' })).statusCode, 500);
});
