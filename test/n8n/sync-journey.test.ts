import { createHmac, randomBytes } from 'node:crypto';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

t.test('the whole service: what changes here arrives there, and what comes back goes nowhere', async (t) => {
  const secret = randomBytes(24).toString('hex');
  const { url, adminKey } = await startJourney(t, { env: { N8N_WEBHOOK_SECRET: secret } });
  const receiver = await startReceiver(t);
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const tell = async (data: object) => {
    const body = JSON.stringify({ event: 'sync.record', data });
    const headers = {
      'content-type': 'application/json',
      'x-webhook-signature': createHmac('sha256', secret).update(body).digest('hex'),
    };
    const response = await fetch(`${url}/api/webhooks/n8n`, { method: 'POST', headers, body });
    return (await response.json()) as Record<string, unknown>;
  };
  const endpoint = await call('POST', '/api/webhook-endpoints', { url: receiver.url });
  const made = await call('POST', '/api/data-sync-configs', {
    entity: 'contacts',
    direction: 'bidirectional',
    endpointId: endpoint.id,
    mapping: { outbound: '{ "Name": name }', inbound: '{ "name": Name }' },
  });
  const path = `/api/data-sync-configs/${made.id}`;
  const received = () =>
    receiver.requests.map(({ body }) => JSON.parse(body.toString()) as { event: string; data: object });

  await call('PUT', `${path}/records/1`, { data: { name: 'Ada' } });
  await receiver.waitFor('the change', (requests) => requests.length === 1, { withinMs: 60_000 });
  const [sent] = received();
  t.match(sent, {
    event: 'sync.record',
    data: { config: made.id, key: '1', data: { Name: 'Ada' }, version: 1 },
  });
  t.match(await tell(sent?.data ?? {}), { outcome: 'duplicate' }, 'sent back as it came');
  t.match(await tell({ config: made.id, key: '1', data: { Name: 'Grace' } }), { outcome: 'applied' });
  t.match(await call('GET', `${path}/records/1`), { data: { name: 'Grace' }, origin: 'remote', version: 2 });

  await call('PATCH', path, { isActive: false });
  await call('PUT', `${path}/records/2`, { data: { name: 'Alan' } });
  await call('PATCH', path, { isActive: true });
  await receiver.waitFor('what waited', (requests) => requests.length === 2, { withinMs: 60_000 });
  t.match(received()[1], {
    event: 'sync.records',
    data: { records: [{ key: '2', data: { Name: 'Alan' } }] },
  });

  const run = await call('POST', `${path}/sync`);
  await eventually(
    'the full sync is complete',
    async () => (await call('GET', `${path}/runs/${run.id}`)).state === 'completed',
    { withinMs: 60_000 },
  );
  t.match(received()[2], {
    event: 'sync.records',
    data: { run: run.id, records: [{ key: '1' }, { key: '2' }] },
  });
  t.equal(receiver.requests.length, 3);
});
