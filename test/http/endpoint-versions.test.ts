import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { type Answer, type Client, idOf, itemsOf, setUp } from './management.ts';

const ENDPOINTS = '/api/webhook-endpoints';
const TRIGGERS = '/api/workflow-triggers';
const URL_OF_N8N = 'https://n8n.example.com/webhook/orders';

const etagOf = (answer: Answer) => String(answer.headers.etag);
const ifMatch = (tag: string) => ({ 'if-match': tag });

/** Two workflows with a trigger each to one endpoint, and one without. */
async function shared(call: Client) {
  const endpoint = await call('POST', ENDPOINTS, { body: { url: URL_OF_N8N, name: 'shared' } });
  const endpointId = idOf(endpoint);
  const paths: string[] = [];
  for (const triggers of [[{ endpointId }], [{ endpointId }], []]) {
    const made = await call('POST', '/api/workflows', { body: { name: 'a', triggers } });
    paths.push(`/api/workflows/${idOf(made)}`);
  }
  const [one = '', other = '', bystander = ''] = paths;
  return { endpointId, path: `${ENDPOINTS}/${endpointId}`, one, other, bystander };
}

const idIn = (path: string) => path.split('/').at(-1) ?? '';

t.test('a change of an endpoint or a trigger is one of the workflows that show it', async (t) => {
  const { call } = await setUp(t);
  const { endpointId, path, one, other, bystander } = await shared(call);
  const [trigger] = itemsOf(await call('GET', `${TRIGGERS}?workflowId=${idIn(other)}`));
  const tags = async () =>
    Promise.all([one, other, bystander].map(async (url) => etagOf(await call('GET', url))));
  const made = () => call('POST', TRIGGERS, { body: { workflowId: idIn(one), endpointId } });
  const changes: [string, () => Promise<Answer>, boolean[]][] = [
    ['endpoint', () => call('PATCH', path, { body: { name: 'b' } }), [true, true, false]],
    ['its secret, which nobody sees', () => call('POST', `${path}/secret`), [true, true, false]],
    [
      'made anew',
      () => call('PUT', '/api/webhooks/n8n', { body: { name: 'b', url: URL_OF_N8N } }),
      [true, true, false],
    ],
    ['new trigger', made, [true, false, false]],
    [
      'trigger',
      () => call('PATCH', `${TRIGGERS}/${trigger?.id}`, { body: { isActive: true } }),
      [false, true, false],
    ],
    ['no trigger', () => call('DELETE', `${TRIGGERS}/${trigger?.id}`), [false, true, false]],
    ['endpoint of one', () => call('PATCH', path, { body: { timeoutMs: 100 } }), [true, false, false]],
  ];
  for (const [name, change, expected] of changes) {
    const before = await tags();
    const answer = await change();
    t.ok(answer.status < 300, answer.text);
    const after = await tags();
    t.same(
      after.map((tag, i) => tag !== before[i]),
      expected,
      name,
    );
    const late = { body: { name: 'late' }, headers: ifMatch(before[expected.indexOf(true)] ?? '') };
    const url = [one, other, bystander][expected.indexOf(true)] ?? '';
    t.equal((await call('PATCH', url, late)).status, 412, `${name}: who read the workflow before is told`);
  }
});

t.test('endpoints and triggers have tags like workflows', async (t) => {
  const { call } = await setUp(t);
  const { endpointId, path, one } = await shared(call);
  const [listed] = itemsOf(await call('GET', `${TRIGGERS}?workflowId=${idIn(one)}`));
  for (const [url, change, missing] of [
    [`${TRIGGERS}/${listed?.id}`, { forward: 'envelope' }, 'trigger_not_found'],
    [path, { timeoutMs: 1_000 }, 'endpoint_not_found'],
  ] as const) {
    const etag = etagOf(await call('GET', url));
    t.match(etag, /^"[!#-~]+"$/);
    const same = await call('GET', url, { headers: { 'if-none-match': `W/${etag}` } });
    t.match([same.status, same.text, etagOf(same)], [304, '', etag]);
    const answers = await Promise.all(
      [1, 2, 3].map(() => call('PATCH', url, { body: change, headers: ifMatch(etag) })),
    );
    t.same(answers.map(({ status }) => status).sort(), [200, 412, 412], 'one of several at once');
    const won = answers.find(({ status }) => status === 200);
    const now = await call('GET', url, { headers: { 'if-none-match': etag } });
    t.match([now.status, etagOf(now)], [200, won && etagOf(won)]);
    t.equal((await call('DELETE', url, { headers: ifMatch(etag) })).status, 412);
    if (url === path) {
      t.equal((await call('POST', `${path}/secret`, { headers: ifMatch(etag) })).status, 412);
      t.equal((await call('POST', `${path}/secret`, { headers: ifMatch(etagOf(now)) })).status, 201);
    }
    const malformed = await call('PATCH', url, { body: change, headers: ifMatch('x') });
    t.match(malformed, { status: 400, json: { errors: [{ pointer: '/headers/if-match' }] } });
    const nothing = url.replace(
      String(url === path ? endpointId : listed?.id),
      endpointId.replace(/^./, 'f'),
    );
    const absent = await call('PATCH', nothing, { body: change, headers: ifMatch('*') });
    t.match(absent, { status: 404, json: { code: missing } });
  }
});

t.test('an endpoint in use stays', async (t) => {
  const { call } = await setUp(t);
  const { path, one, other } = await shared(call);
  const refused = await call('DELETE', path);
  t.match(refused, { status: 409, json: { code: 'endpoint_in_use' } });
  for (const url of [one, other])
    t.ok(String(refused.json.detail).includes(idIn(url)), 'and by whom is said');
  t.equal((await call('DELETE', one)).status, 204);
  const still = await call('DELETE', path);
  t.match(still, { status: 409 });
  t.notOk(String(still.json.detail).includes(idIn(one)), 'a workflow that is deleted uses nothing');
  await call('PATCH', other, { body: { triggers: [] } });
  t.equal((await call('DELETE', path)).status, 204);
});

t.test('whoever deletes an endpoint and whoever begins to use it are told the truth', async (t) => {
  const { call } = await setUp(t);
  for (let round = 0; round < 6; round++) {
    const made = await call('POST', ENDPOINTS, { body: { url: URL_OF_N8N } });
    const workflow = await call('POST', '/api/workflows', { body: { name: 'a' } });
    const [deleted, used, given] = await Promise.all([
      call('DELETE', `${ENDPOINTS}/${idOf(made)}`),
      call('POST', TRIGGERS, { body: { workflowId: idOf(workflow), endpointId: idOf(made) } }),
      call('POST', '/api/workflows', { body: { name: 'b', triggers: [{ endpointId: idOf(made) }] } }),
    ]);
    const inUse = used.status === 201 || given.status === 201;
    t.equal(deleted.status, inUse ? 409 : 204, deleted.text);
    for (const { status, json } of [used, given]) {
      t.ok(status === 201 || json.code === 'invalid_configuration', JSON.stringify(json));
    }
  }
});

t.test(
  'changes of workflows, triggers and endpoints at once wait for each other, and never in a circle',
  async (t) => {
    const { call, db } = await setUp(t);
    const { endpointId, path, one, other, bystander } = await shared(call);
    const second = idOf(await call('POST', ENDPOINTS, { body: { url: URL_OF_N8N, name: 'second' } }));
    const [trigger] = itemsOf(await call('GET', `${TRIGGERS}?workflowId=${idIn(one)}`));
    const both = [{ endpointId: second }, { endpointId }];
    for (let round = 0; round < 6; round++) {
      const inline = [1, 2].map((n) => ({ endpoint: { url: URL_OF_N8N, name: `${n} of ${round}` } }));
      const answers = await Promise.all([
        call('PATCH', path, { body: { name: `name ${round}` } }),
        call('PATCH', `${ENDPOINTS}/${second}`, { body: { name: `second ${round}` } }),
        call('POST', `${path}/secret`),
        call('PATCH', other, { body: { triggers: both } }),
        call('PATCH', bystander, { body: { triggers: both.toReversed() } }),
        call('PATCH', `${TRIGGERS}/${trigger?.id}`, { body: { forward: 'envelope' } }),
        call('POST', TRIGGERS, { body: { workflowId: idIn(one), endpointId: second } }),
        call('POST', '/api/workflows', { body: { name: 'c', triggers: [...inline, { endpointId }] } }),
        call('POST', '/api/workflows', {
          body: { name: 'd', triggers: [{ endpointId: second }, ...inline.toReversed()] },
        }),
        call('PUT', '/api/webhooks/n8n', { body: { name: `1 of ${round}`, path: '/x' } }),
      ]);
      const [taken, ...others] = answers.filter(({ status }) => status >= 300);
      t.match(taken, { status: 409, json: { code: 'name_taken' } }, 'only one gets the names');
      t.ok(
        others.every(({ status }) => status === 409),
        answers.map(({ text }) => text).join('\n'),
      );
    }
    const rotated = await call('POST', `${path}/secret`);
    const snapshot = await loadWorkflowSnapshot(db, box, idIn(one));
    const now = snapshot?.triggers.find(({ endpoint }) => endpoint.id === endpointId);
    t.equal(now?.endpoint.secret, rotated.json.secret);
  },
);
