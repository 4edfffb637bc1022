import { createHmac } from 'node:crypto';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

const SECRET = 'the-secret-of-the-sender';
const BODY = '{"a":1}';
const right = { 'x-webhook-signature': createHmac('sha256', SECRET).update(BODY).digest('hex') };
const wrong = { 'x-webhook-signature': createHmac('sha256', 'another').update(BODY).digest('hex') };

t.test('an address that fails again and again has to wait, and nobody else', async (t) => {
  const { api, url } = await startJourney(t, { env: { TRUST_PROXY: '127.0.0.1/32' } });
  const webhook = { authType: 'hmac', secret: SECRET } as never;
  const [{ id }, other] = await Promise.all([
    api.createWorkflow({ webhook }),
    api.createWorkflow({ webhook }),
  ]);
  const send = (from: string, headers: Record<string, string>, workflowId = id) =>
    api.send(workflowId, { body: BODY, headers: { ...headers, 'x-forwarded-for': from } });

  t.equal((await send('203.0.113.9', right)).status, 200, 'a sender that shares the address of the second');
  for (const from of ['203.0.113.7', '203.0.113.9', '2001:db8:0:1::7']) {
    for (let n = 0; n < 30; n++) t.match(await send(from, wrong), { status: 401 });
    const refused = await send(from, wrong);
    t.match(refused, { status: 429, body: { code: 'too_many_failures' } });
    const seconds = Number(refused.headers['retry-after']);
    t.ok(seconds > 0 && seconds <= 60, `Retry-After: ${seconds}`);
  }

  t.match(await send('203.0.113.7', right), { status: 429 });
  t.match(await send('2001:db8:0:1:ffff::8', right), { status: 429 }, 'all of a /64');
  t.match(await send('203.0.113.9', right), { status: 200 }, 'who is known is heard');
  for (const from of ['203.0.113.8', '2001:db8:0:2::7']) t.match(await send(from, right), { status: 200 });
  t.match(await send('203.0.113.7', right, other.id), { status: 200 }, 'another workflow');

  const logged = await eventually('it is logged', async () => {
    const found = await api.logs({ workflowId: id, errorCode: 'too_many_failures' });
    return found.length > 0 ? found : null;
  });
  t.match(logged[0], { statusCode: 429, success: false, diagnosisCodes: null });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.match(metrics, /hookgate_webhooks_total\{result="refused",code="too_many_failures"\} [1-9]/);
});

t.test('the body of who has to wait is not read', async (t) => {
  const { api, url } = await startJourney(t);
  const { id } = await api.createWorkflow({ webhook: { authType: 'hmac', secret: SECRET } as never });
  for (let n = 0; n < 30; n++) await api.send(id, { body: BODY, headers: wrong });
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(65_536)) });
  const refused = await fetch(`${url}/api/webhooks/${id}`, {
    method: 'POST',
    body: endless,
    duplex: 'half',
  } as RequestInit);
  t.equal(refused.status, 429);
});
