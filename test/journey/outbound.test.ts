import { ended } from '../helpers/ended.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

t.test('a private address is not called unless it is allowed, and the attempt says what to do', async (t) => {
  const { api } = await startJourney(t, { env: { OUTBOUND_ALLOW_CIDRS: '' } });
  const receiver = await startReceiver(t);
  const { port } = new URL(receiver.url);
  const urls = [
    receiver.url,
    `http://localhost:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://2130706433:${port}/`,
    'http://169.254.169.254/latest/meta-data/',
  ];
  const workflow = await api.createWorkflow({ triggers: urls.map((url) => ({ endpoint: { url } })) });
  const { body } = await api.send(workflow.id);
  const execution = await ended(api, body.executionId);
  t.match(execution, { status: 'failed', outcome: 'address_not_allowed' });
  t.equal(execution.deliveries.length, urls.length);
  for (const { endpoint, attempts } of execution.deliveries) {
    t.match(
      attempts,
      [{ result: 'failed', outcome: 'address_not_allowed', advice: /OUTBOUND_ALLOW_CIDRS/ }],
      `${endpoint?.url}`,
    );
  }
  t.equal(receiver.requests.length, 0);
});

t.test("n8n's own host may be private", async (t) => {
  const receiver = await startReceiver(t);
  const { api } = await startJourney(t, {
    env: { OUTBOUND_ALLOW_CIDRS: '', N8N_BASE_URL: receiver.url, N8N_API_KEY: 'the-key-of-n8n' },
  });
  const workflow = await api.createWorkflow({
    triggers: [{ endpoint: { url: `${receiver.url}/webhook/x` } }],
  });
  const { body } = await api.send(workflow.id);
  t.match(await ended(api, body.executionId), { status: 'succeeded' });
  t.notOk(
    JSON.stringify(receiver.requests).includes('the-key-of-n8n'),
    'its API key does not go with a delivery',
  );
});
