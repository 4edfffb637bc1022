import t from '../helpers/tap.ts';
import { DEAD_LETTERS, REDRIVE, withDead } from './dead.ts';
import { clientOf, idOf, itemsOf, type Json } from './management.ts';

t.test('the scopes of executions, as those of logs are for what replays logs', async (t) => {
  const { app, call, die, begin, workflowId } = await withDead(t);
  await die();
  const redrive = idOf(await begin({ ratePerSecond: 1 }));
  const replay = idOf(await call('POST', '/api/webhook-logs/retry', { body: { filter: { workflowId } } }));
  const keyWith = async (...scopes: string[]) =>
    clientOf(app, String((await call('POST', '/api/api-keys', { body: { name: 'a', scopes } })).json.key));
  const [executions, logs, writer] = [
    await keyWith('executions:read'),
    await keyWith('logs:read'),
    await keyWith('executions:write'),
  ];
  const kinds = async (client: typeof call) =>
    itemsOf(await client('GET', '/api/replays')).map((item: Json) => item.kind);
  t.same(await kinds(executions), ['dead_letters']);
  t.same(await kinds(logs), ['webhook_logs']);
  t.same(new Set(await kinds(call)), new Set(['dead_letters', 'webhook_logs']));
  t.equal((await executions('GET', DEAD_LETTERS)).status, 200);
  t.equal((await executions('GET', `/api/replays/${redrive}`)).status, 200);
  t.equal((await logs('GET', `/api/replays/${replay}`)).status, 200);
  const forbidden = { status: 403, json: { code: 'insufficient_scope' } };
  t.match(await logs('GET', DEAD_LETTERS), forbidden);
  t.match(await logs('GET', `/api/replays/${redrive}`), forbidden);
  t.match(await executions('GET', `/api/replays/${replay}`), forbidden);
  t.match(await executions('POST', REDRIVE, { body: { filter: {} } }), forbidden);
  t.match(await executions('POST', `/api/replays/${redrive}/cancel`), forbidden);
  t.match(await writer('POST', `/api/replays/${replay}/cancel`), forbidden);
  t.equal((await writer('POST', `/api/replays/${redrive}/cancel`)).status, 202);
});
