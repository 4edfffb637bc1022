import { Type } from 'typebox';
import t from '../helpers/tap.ts';
import { edge, exchange, listen } from './edge.ts';

const routes = async (app: Parameters<NonNullable<Parameters<typeof edge>[1]['routes']>>[0]) => {
  app.get('/things', async () => []);
  app.post('/things', { schema: { body: Type.Object({}) } }, async () => ({}));
  app.get('/things/:id', async ({ params }) => params);
  app.delete('/things/:id', async () => ({}));
  // A fixed path with one method, beside the one with a parameter.
  app.post('/things/import', async () => ({ imported: true }));
};

t.test('an unknown path is 404, whatever its method and body', async (t) => {
  const { app } = await edge(t, { routes });
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const) {
    const answer = await app.inject({ method, url: '/nothing/here?token=1' });
    t.equal(answer.statusCode, 404, method);
    t.match(answer.json(), { code: 'route_not_found', instance: '/nothing/here' }, method);
  }
  const broken = await app.inject({
    method: 'POST',
    url: '/nothing',
    payload: '{"broken',
    headers: { 'content-type': 'application/json' },
  });
  t.equal(broken.json().code, 'route_not_found');
});

t.test('a known path and another method is 405 with what is allowed', async (t) => {
  const { app } = await edge(t, { routes });
  const cases = [
    ['PUT', '/things', 'GET, HEAD, POST'],
    ['DELETE', '/things?a=1', 'GET, HEAD, POST'],
    ['OPTIONS', '/things', 'GET, HEAD, POST'],
    ['TRACE', '/things', 'GET, HEAD, POST'],
    ['PATCH', '/things/7', 'GET, HEAD, DELETE'],
    ['PUT', '/things/import', 'GET, HEAD, POST, DELETE'],
    ['POST', '/livez', 'GET, HEAD'],
    ['POST', '/docs/', 'GET, HEAD'],
  ] as const;
  for (const [method, url, allow] of cases) {
    const answer = await app.inject({ method: method as 'PUT', url });
    t.equal(answer.statusCode, 405, `${method} ${url}`);
    t.equal(answer.headers.allow, allow, `${method} ${url}`);
    t.equal(answer.json().code, 'method_not_allowed', `${method} ${url}`);
  }
});

t.test('methods that the router has never heard of', async (t) => {
  const { app } = await edge(t, { routes });
  const port = await listen(app);
  const head = 'Host: x\r\nConnection: close\r\n\r\n';
  const known = await exchange(port, `PROPFIND /things HTTP/1.1\r\n${head}`);
  t.equal(known.status, 405);
  t.equal(known.headers.allow, 'GET, HEAD, POST');
  const unknown = await exchange(port, `PROPFIND /nothing HTTP/1.1\r\n${head}`);
  t.equal(unknown.status, 404);
});

t.test('a path with a parameter is not shadowed by a fixed path for another method', async (t) => {
  const { app } = await edge(t, { routes });
  t.strictSame((await app.inject('/things/import')).json(), { id: 'import' });
  t.strictSame((await app.inject({ method: 'POST', url: '/things/import' })).json(), { imported: true });
});

t.test('HEAD answers as GET does, without a body', async (t) => {
  const { app } = await edge(t, { routes });
  const ok = await app.inject({ method: 'HEAD', url: '/things' });
  t.equal(ok.statusCode, 200);
  t.equal(ok.body, '');
  const port = await listen(app);
  const missing = await exchange(port, 'HEAD /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  t.equal(missing.status, 404);
  t.equal(missing.body, '');
});

t.test('a file that the reference does not have', async (t) => {
  const { app } = await edge(t, {});
  for (const url of [
    '/docs/static/nothing.js',
    '/docs/static/%2e%2e/package.json',
    '/docs/static/..%2fpackage.json',
  ]) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 404, url);
    t.equal(answer.json().code, 'route_not_found', url);
  }
});
