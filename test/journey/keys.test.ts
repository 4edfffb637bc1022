import { randomBytes } from 'node:crypto';
import type { ApiKey } from '../../src/http/schemas/api-keys.ts';
import { readEvents } from '../helpers/event-stream.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import t from '../helpers/tap.ts';

type Created = { id: string; key: string };

t.test('a key made by one process works in another, until it is revoked', async (t) => {
  const env = {
    DATABASE_URL: (await createTestDatabase(t)).url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: 'the-same-admin-key-for-all-of-them',
    ROLE: 'api',
  };
  const one = await startJourney(t, { env });
  const other = await startJourney(t, { env });
  const made = await one.api.call<Created>('POST', '/api/organizations', { json: { name: 'Acme' } });
  t.equal(made.status, 201);
  const headers = { 'x-organization-id': made.body.id };
  const issue = async (name: string, scopes = ['workflows:read']) => {
    const json = { name, scopes };
    return (await one.api.call<Created>('POST', '/api/api-keys', { json, headers })).body;
  };
  const statusAt = async ({ api }: typeof one, { key }: Created) =>
    (await api.call('GET', '/api/workflows', { headers: { authorization: `Bearer ${key}` } })).status;
  const show = async ({ id }: Created) =>
    (await one.api.call<ApiKey>('GET', `/api/api-keys/${id}`, { headers })).body;

  const key = await issue('ci');
  t.equal((await show(key)).lastUsedAt, null);
  for (const process of [one, other, other, one]) t.equal(await statusAt(process, key), 200);
  await eventually('its use is noted', async () => (await show(key)).lastUsedAt !== null);

  t.equal((await one.api.call('DELETE', `/api/api-keys/${key.id}`, { headers })).status, 204);
  await eventually('the other process refuses it', async () => (await statusAt(other, key)) === 401);
  await eventually('and so does this one', async () => (await statusAt(one, key)) === 401);
  t.match(await show(key), { revokedAt: /^\d{4}-/ });

  const follower = await issue('follower', ['executions:read']);
  const stream = await readEvents(t, { url: `${other.url}/api/executions/events`, key: follower.key });
  t.equal(stream.status, 200);
  t.equal((await one.api.call('DELETE', `/api/api-keys/${follower.id}`, { headers })).status, 204);
  t.equal(await stream.ended, 'complete');
  t.notMatch(stream.text, ':\n\n', 'without waiting for a heartbeat');

  const last = await issue('used at the end');
  t.equal(await statusAt(other, last), 200);
  await other.close();
  t.not((await show(last)).lastUsedAt, null, 'a process that ends notes what was used last');
  for (const { logs } of [one, other]) {
    t.ok(logs.length > 0);
    t.notOk(JSON.stringify(logs).includes(key.key.slice(11)), 'no log tells the key');
  }
});
