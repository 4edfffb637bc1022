import { requireScope } from '../../src/http/plugins/authenticate.ts';
import t from '../helpers/tap.ts';
import { type EdgeOptions, edge, keyWith, ORGANIZATION } from './edge.ts';

const routes: NonNullable<EdgeOptions['routes']> = async (app) => {
  app.get('/mine', { onRequest: requireScope('workflows:read') }, async ({ caller }) => ({
    organizationId: caller.organizationId,
    scopes: [...caller.scopes],
    name: caller.name,
  }));
};

t.test('a key may come in either header', async (t) => {
  const { app } = await edge(t, { routes });
  const key = keyWith('workflows:read', 'logs:read');
  for (const headers of [
    { authorization: `Bearer ${key}` },
    { authorization: `bearer   ${key}` },
    { 'x-api-key': key },
    { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': key },
  ]) {
    const answer = await app.inject({ url: '/mine', headers });
    t.strictSame(answer.json(), {
      organizationId: ORGANIZATION,
      scopes: ['workflows:read', 'logs:read'],
      name: 'api_key:test',
    });
  }
});

t.test('without a key that is known: 401', async (t) => {
  const { app } = await edge(t, { routes });
  for (const headers of [
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer  ' },
    { authorization: keyWith('workflows:read') },
    { authorization: 'Bearer nobody' },
    { 'x-api-key': '' },
    { 'x-api-key': 'nobody' },
  ]) {
    const answer = await app.inject({ url: '/mine', headers });
    t.equal(answer.statusCode, 401, JSON.stringify(headers));
    t.equal(answer.headers['www-authenticate'], 'Bearer');
    t.equal(answer.json().code, 'unauthorized');
  }
});

t.test('the scope decides, and admin has them all', async (t) => {
  const { app } = await edge(t, { routes });
  const status = async (key: string) =>
    (await app.inject({ url: '/mine', headers: { 'x-api-key': key } })).statusCode;
  t.equal(await status(keyWith('workflows:read')), 200);
  t.equal(await status(keyWith('admin')), 200);
  t.equal(await status(keyWith('workflows:write')), 403);
  const refused = await app.inject({ url: '/mine', headers: { 'x-api-key': keyWith('logs:read') } });
  t.match(refused.json(), { code: 'insufficient_scope', detail: /"workflows:read"/ });
});

t.test('an organization can be named', async (t) => {
  const { app } = await edge(t, { routes });
  const ask = (organization: string) =>
    app.inject({
      url: '/mine',
      headers: { 'x-api-key': keyWith('workflows:read'), 'x-organization-id': organization },
    });
  t.equal((await ask(ORGANIZATION)).statusCode, 200);
  t.equal((await ask(ORGANIZATION.toUpperCase())).statusCode, 200);
  t.match((await ask('018f0000-0000-7000-8000-000000000002')).json(), {
    status: 404,
    code: 'organization_not_found',
  });
  for (const malformed of ['', 'default', `${ORGANIZATION}, ${ORGANIZATION}`]) {
    t.match((await ask(malformed)).json(), {
      status: 400,
      code: 'validation_failed',
      errors: [{ pointer: '/headers/x-organization-id' }],
    });
  }
});

t.test('who may not come in is told so before the body is read', async (t) => {
  const { app } = await edge(t, {
    routes: async (app) => {
      app.post('/mine', { onRequest: requireScope('workflows:write') }, async () => ({}));
    },
  });
  const answer = await app.inject({
    method: 'POST',
    url: '/mine',
    payload: '{"broken',
    headers: { 'content-type': 'application/json' },
  });
  t.equal(answer.statusCode, 401);
});
