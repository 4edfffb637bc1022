import { sql } from 'kysely';
import t from '../helpers/tap.ts';
import { type Client, clientOf, idOf, insertOrganization, pointersOf, setUp } from './management.ts';

/** The path of a new workflow's test call. */
async function withWebhook(call: Client, webhook?: object) {
  const made = await call('POST', '/api/workflows', { body: { name: 'a', ...(webhook && { webhook }) } });
  return `/api/workflows/${idOf(made)}/webhook/test`;
}

t.test('headers that are not the caller’s to set are refused, each by name', async (t) => {
  const { call } = await setUp(t);
  const path = await withWebhook(call, {
    hmac: { header: 'X-Sig', payload: '{timestamp}.{body}', timestampHeader: 'X-Time' },
  });
  const refused = async (headers: object, pointers: string[]) => {
    const answer = await call('POST', path, { body: { headers } });
    t.match(answer, { status: 400, json: { code: 'validation_failed' } }, JSON.stringify(headers));
    t.same(
      pointersOf(answer),
      pointers.map((name) => `/body/headers/${name}`),
    );
  };
  const bound = ['Host', 'Content-Length', 'Connection', 'Transfer-Encoding', 'TE', 'Expect', 'Upgrade'];
  const proxied = ['X-Forwarded-For', 'X-Forwarded-Host', 'Forwarded', 'Proxy-Authorization'];
  await refused(
    Object.fromEntries([...bound, ...proxied].map((name) => [name, 'x'])),
    [...bound, ...proxied].sort(),
  );
  await refused({ 'x-SIG': '00', 'X-time': '1' }, ['X-time', 'x-SIG']);
  await refused({ 'a b': 'x', '': 'x', 'a/b': 'x', [`x${'y'.repeat(100)}`]: 'x' }, [
    '',
    'a b',
    'a~1b',
    `x${'y'.repeat(100)}`,
  ]);
  await refused({ 'X-A': '1', 'x-a': '2' }, ['x-a']);
  await refused({ 'x-a': 'line\r\nx-b: 1', 'x-b': ' trimmed', 'x-c': 1, 'x-d': 'ü' }, [
    'x-a',
    'x-b',
    'x-c',
    'x-d',
  ]);

  const key = await withWebhook(call, { authType: 'api_key' });
  const token = await withWebhook(call, { authType: 'bearer_token' });
  for (const [url, name] of [
    [key, 'X-API-Key'],
    [token, 'Authorization'],
  ] as const) {
    const answer = await call('POST', url, { body: { headers: { [name]: 'mine' } } });
    t.match(answer, { status: 400, json: { errors: [{ pointer: `/body/headers/${name}` }] } });
  }
});

t.test('what is no test is refused', async (t) => {
  const { call } = await setUp(t);
  const path = await withWebhook(call, {});
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`x-${n}`, 'x']));
  for (const body of [{ bodies: 1 }, { headers: [] }, { headers: null }, { headers: many }, [], null]) {
    const answer = await call('POST', path, { body });
    t.match(answer, { status: 400, json: { code: 'validation_failed' } }, JSON.stringify(body));
  }
  const deep = `{"body":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  t.match(await call('POST', path, { raw: deep }), { status: 400, json: { code: 'validation_failed' } });
  t.match(await call('POST', path, { raw: '{"body":' }), { status: 400, json: { code: 'invalid_json' } });
});

t.test('without a secret that can be used nothing can be signed', async (t) => {
  const { call, db } = await setUp(t);
  const cannot = { status: 409, json: { code: 'cannot_sign' } };
  t.match(await call('POST', await withWebhook(call)), cannot, 'never enabled, so without a secret');

  const expired = await withWebhook(call, {});
  await sql`UPDATE webhook_secrets SET expires_at = now() - interval '1 s'`.execute(db);
  t.match(await call('POST', expired), cannot);

  const unreadable = await withWebhook(call, { enabled: false, secret: 'not hexadecimal' });
  const settings = unreadable.replace(/\/test$/, '');
  await call('PATCH', settings, { body: { hmac: { secretEncoding: 'hex' } } });
  t.match(await call('POST', unreadable), cannot);
});

t.test('it is for those who may change the workflow', async (t) => {
  const { call, app, db } = await setUp(t);
  const path = await withWebhook(call, {});
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.match(await stranger('POST', path), { status: 404, json: { code: 'workflow_not_found' } });
  const reader = clientOf(app, (await insertOrganization(db, ['workflows:read', 'executions:write'])).key);
  t.match(await reader('POST', path), { status: 403, json: { code: 'insufficient_scope' } });
  await call('DELETE', path.replace('/webhook/test', ''));
  t.match(await call('POST', path), { status: 404, json: { code: 'workflow_not_found' } });
});
