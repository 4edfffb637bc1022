import { newId } from '../../src/domain/ids.ts';
import t, { type Test } from '../helpers/tap.ts';
import { clientOf, idOf, insertOrganization, itemsOf, type Json, pointersOf, setUp } from './management.ts';

const TRIGGERS = '/api/workflow-triggers';

/** A workflow, and endpoints to lead to. */
async function withEndpoints(t: Test) {
  const instance = await setUp(t);
  const { call } = instance;
  const endpoint = async (name: string, client = call) =>
    idOf(
      await client('POST', '/api/webhook-endpoints', {
        body: { name, url: `https://n8n.example.com/${name}` },
      }),
    );
  const [own, spare, alarm] = [await endpoint('own'), await endpoint('spare'), await endpoint('alarm')];
  const workflowId = idOf(await call('POST', '/api/workflows', { body: { name: 'a' } }));
  const create = (fallback: unknown) =>
    call('POST', TRIGGERS, { body: { workflowId, endpointId: own, fallback } });
  return { ...instance, endpoint, own, spare, alarm, workflowId, create };
}

t.test('it is shown as it was given, and stays unless it is changed', async (t) => {
  const { call, create, spare, alarm, workflowId } = await withEndpoints(t);
  const fallback = [
    { type: 'endpoint', endpointId: spare },
    { type: 'alert', endpointId: alarm },
    { type: 'alert' },
    { type: 'dead_letter' },
  ];
  const made = await create(fallback);
  t.match(made, { status: 201, json: { fallback } });
  const path = `${TRIGGERS}/${idOf(made)}`;
  const change = (body: object) => call('PATCH', path, { body });
  t.same((await change({ forward: 'envelope' })).json.fallback, fallback);
  t.same(
    ((await call('GET', `/api/workflows/${workflowId}`)).json.triggers as Json[])[0]?.fallback,
    fallback,
  );
  t.same((await change({ fallback: [{ type: 'alert' }] })).json.fallback, [{ type: 'alert' }]);
  t.same((await change({ fallback: [] })).json.fallback, []);
  t.same((await call('GET', path)).json.fallback, []);
  const spelled = [{ type: 'endpoint', endpointId: spare.toUpperCase() }];
  t.same((await change({ fallback: spelled })).json.fallback, [{ type: 'endpoint', endpointId: spare }]);
  const plain = await call('POST', TRIGGERS, { body: { workflowId, endpointId: alarm } });
  t.same(plain.json.fallback, []);
});

t.test('with the triggers of a workflow', async (t) => {
  const { call, own, spare } = await withEndpoints(t);
  const fallback = [{ type: 'endpoint', endpointId: spare }];
  const triggers = [{ endpointId: own, fallback }];
  const made = await call('POST', '/api/workflows', { body: { name: 'b', triggers } });
  t.match(made, { status: 201, json: { triggers: [{ fallback }] } });
  const path = `/api/workflows/${idOf(made)}`;
  const changed = await call('PATCH', path, { body: { triggers: [{ endpointId: own }] } });
  t.match(changed.json.triggers, [{ fallback: [] }], 'the whole set is replaced');
  const wrong = [
    { endpointId: spare, fallback },
    { endpointId: own, fallback: [{ type: 'endpoint', endpointId: newId() }] },
  ];
  const refused = await call('PATCH', path, { body: { triggers: wrong } });
  t.match(refused, { status: 422, json: { code: 'invalid_configuration' } });
  t.same(pointersOf(refused), [
    '/body/triggers/0/fallback/0/endpointId',
    '/body/triggers/1/fallback/0/endpointId',
  ]);
});

t.test('what cannot be followed', async (t) => {
  const { app, db, call, create, own, spare, alarm, endpoint } = await withEndpoints(t);
  const theirs = await endpoint('theirs', clientOf(app, (await insertOrganization(db)).key));
  const b = { type: 'endpoint', endpointId: spare };
  const path = `${TRIGGERS}/${idOf(await create([]))}`;
  for (const [fallback, ...pointers] of [
    [[{ type: 'endpoint' }], '/0/endpointId'],
    [[{ type: 'endpoint', endpointId: own }], '/0/endpointId'],
    [[{ type: 'endpoint', endpointId: own.toUpperCase() }], '/0/endpointId'],
    [[b, { type: 'endpoint', endpointId: newId() }], '/1/endpointId'],
    [[{ type: 'endpoint', endpointId: theirs }], '/0/endpointId'],
    [[{ type: 'alert', endpointId: theirs }], '/0/endpointId'],
    [[b, { type: 'alert' }, { ...b, endpointId: spare.toUpperCase() }], '/2'],
    [[{ type: 'alert' }, { type: 'alert' }], '/1'],
    [[{ type: 'dead_letter' }, b], '/0'],
    [[{ type: 'dead_letter', endpointId: alarm }], '/0/endpointId'],
  ] as const) {
    const expected = pointers.map((pointer) => `/body/fallback${pointer}`);
    for (const answer of [await create(fallback), await call('PATCH', path, { body: { fallback } })]) {
      t.match(answer, { status: 422, json: { code: 'invalid_configuration' } }, JSON.stringify(fallback));
      t.same(pointersOf(answer), expected);
    }
  }
  for (const [fallback, pointer] of [
    [[{ type: 'retry' }], '/0/type'],
    [[{}], '/0/type'],
    [[{ type: 'alert', endpointId: 'x' }], '/0/endpointId'],
    [[{ type: 'alert', to: 'x' }], '/0/to'],
    [Array.from({ length: 6 }, () => ({ type: 'alert' })), ''],
    [null, ''],
  ] as const) {
    const answer = await call('PATCH', path, { body: { fallback } });
    t.match(answer, { status: 400, json: { code: 'validation_failed' } });
    t.ok(pointersOf(answer).includes(`/body/fallback${pointer}`), `${pointersOf(answer)}`);
  }
  t.same((await call('GET', path)).json.fallback, []);
});

t.test('an endpoint that a trigger falls back on is in use', async (t) => {
  const { call, create, spare, alarm, own, workflowId } = await withEndpoints(t);
  const trigger = idOf(
    await create([
      { type: 'endpoint', endpointId: spare },
      { type: 'alert', endpointId: alarm },
    ]),
  );
  const used = async (unused: boolean) =>
    itemsOf(await call('GET', `/api/webhook-endpoints?unused=${unused}`)).map((item) => item.name);
  t.same(await used(true), []);
  t.same(await used(false), ['alarm', 'spare', 'own']);
  const tagOf = async () => (await call('GET', `/api/workflows/${workflowId}`)).headers.etag;
  for (const id of [spare, alarm]) {
    const path = `/api/webhook-endpoints/${id}`;
    t.match(await call('DELETE', path), {
      status: 409,
      json: { code: 'endpoint_in_use', detail: new RegExp(workflowId) },
    });
    t.match(itemsOf(await call('GET', `${TRIGGERS}?endpointId=${id}`)), [{ id: trigger }]);
    const before = await tagOf();
    t.equal((await call('PATCH', path, { body: { timeoutMs: 1_234 } })).status, 200);
    t.not(await tagOf(), before, 'a change of it is one of the workflow');
  }
  await call('PATCH', `${TRIGGERS}/${trigger}`, { body: { fallback: [] } });
  t.same(await used(true), ['alarm', 'spare']);
  for (const id of [spare, alarm])
    t.equal((await call('DELETE', `/api/webhook-endpoints/${id}`)).status, 204);
  t.equal((await call('DELETE', `/api/webhook-endpoints/${own}`)).status, 409);
});

t.test('deleting an endpoint and falling back on it at the same moment', async (t) => {
  for (let round = 0; round < 5; round++) {
    const { call, create, spare } = await withEndpoints(t);
    const path = `${TRIGGERS}/${idOf(await create([]))}`;
    const fallback = [{ type: 'endpoint', endpointId: spare }];
    const [deleted, changed] = await Promise.all([
      call('DELETE', `/api/webhook-endpoints/${spare}`),
      call('PATCH', path, { body: { fallback } }),
    ]);
    t.ok(
      (deleted.status === 204 && changed.status === 422) ||
        (deleted.status === 409 && changed.status === 200),
      `${deleted.status} ${changed.status}`,
    );
    t.same((await call('GET', path)).json.fallback, changed.status === 200 ? fallback : []);
  }
});
