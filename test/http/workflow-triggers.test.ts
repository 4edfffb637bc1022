import t from 'tap';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import { type Answer, idOf, itemsOf, type Json, setUp } from './management.ts';

const URL_OF_N8N = 'https://n8n.example.com/webhook/orders';

const endpointsOf = (answer: Answer) =>
  (answer.json.triggers as Json[]).map((trigger) => trigger.endpoint as Json);

t.test('triggers come with their endpoints, and the secret of an endpoint is shown once', async (t) => {
  const { call, db } = await setUp(t);
  const made = await call('POST', '/api/workflows', {
    body: {
      name: 'a',
      triggers: [
        { endpoint: { url: URL_OF_N8N } },
        {
          endpoint: {
            url: 'http://10.0.0.5:5678/webhook/x',
            name: 'second',
            secret: 'sixteen characters at least',
            timeoutMs: 5_000,
            retryPolicy: { maxAttempts: 3 },
            onAmbiguous: 'hold',
            retryWorkflowErrors: false,
            payloadLimitBytes: 16_777_216,
          },
          triggerTypes: ['manual'],
          forward: 'envelope',
        },
      ],
    },
  });
  t.equal(made.status, 201);
  t.match(made.json.triggers, [
    {
      triggerTypes: ['webhook', 'manual'],
      forward: 'request',
      endpoint: {
        url: URL_OF_N8N,
        name: /^n8n\.example\.com\/webhook\/orders /,
        secret: /^whsec_[A-Za-z0-9+/]{43}=$/,
        timeoutMs: 30_000,
        retryPolicy: { maxAttempts: 8, baseMs: 1_000, capMs: 900_000 },
        onAmbiguous: 'retry',
        retryWorkflowErrors: true,
        payloadLimitBytes: null,
        isActive: true,
      },
    },
    {
      triggerTypes: ['manual'],
      forward: 'envelope',
      endpoint: {
        name: 'second',
        secret: undefined,
        timeoutMs: 5_000,
        retryPolicy: { maxAttempts: 3, baseMs: 1_000, capMs: 900_000 },
        onAmbiguous: 'hold',
        retryWorkflowErrors: false,
        payloadLimitBytes: 16_777_216,
      },
    },
  ]);
  const [first, second] = endpointsOf(made);
  const stored = (await loadWorkflowSnapshot(db, box, idOf(made)))?.triggers.map(({ endpoint }) => endpoint);
  t.match(stored, [
    { id: first?.id, secret: first?.secret },
    {
      id: second?.id,
      secret: 'sixteen characters at least',
      retryPolicy: { maxAttempts: 3, capMs: 900_000 },
    },
  ]);
  const again = await call('GET', `/api/workflows/${idOf(made)}`);
  t.notOk(again.text.includes(String(first?.secret)));
  t.match(
    await call('POST', '/api/workflows', { body: { name: 'b', triggers: [{ endpointId: second?.id }] } }),
    {
      status: 201,
      json: { triggers: [{ endpoint: { id: second?.id, secret: undefined } }] },
    },
  );
  const taken = { name: 'c', triggers: [{ endpoint: { url: URL_OF_N8N, name: 'second' } }] };
  t.match(await call('POST', '/api/workflows', { body: taken }), {
    status: 409,
    json: { code: 'name_taken' },
  });
  t.equal(itemsOf(await call('GET', '/api/workflows')).length, 2, 'and the workflow was not created by half');
});

t.test('new triggers replace the old set; one that keeps its endpoint stays the same trigger', async (t) => {
  const { call } = await setUp(t);
  const endpoints = [1, 2].map((n) => ({ endpoint: { url: `${URL_OF_N8N}/${n}` } }));
  const made = await call('POST', '/api/workflows', { body: { name: 'a', triggers: endpoints } });
  const path = `/api/workflows/${idOf(made)}`;
  const [first, second] = made.json.triggers as Json[];
  const kept = {
    endpointId: (second?.endpoint as Json | undefined)?.id,
    triggerTypes: ['webhook'],
    forward: 'envelope',
  };
  const changed = await call('PATCH', path, {
    body: { triggers: [kept, { endpoint: { url: `${URL_OF_N8N}/3` } }] },
  });
  const after = changed.json.triggers as Json[];
  t.equal(after.length, 2);
  t.match(after[0], { id: second?.id, triggerTypes: ['webhook'], forward: 'envelope' });
  t.match(after[1], { endpoint: { url: `${URL_OF_N8N}/3`, secret: /^whsec_/ } });
  t.notOk(after.some((trigger) => trigger.id === first?.id));
  const none = await call('PATCH', path, { body: { triggers: [] } });
  t.same(none.json.triggers, []);
  t.equal((await call('PATCH', path, { body: { name: 'b' } })).json.name, 'b');
});
