import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createN8nApi, type N8nApiOptions } from '../../src/n8n/client.ts';
import { tcpServer } from '../dispatch/peers.ts';
import t, { type Test } from '../helpers/tap.ts';
import { API_KEY, type Asked, json, n8nWorkflow, type StandIn, startStandIn, webhook } from './stand-in.ts';

async function setUp(t: Test, options: Partial<N8nApiOptions> = {}) {
  const n8n = await startStandIn(t);
  return { n8n, api: apiOf(t, { baseUrl: n8n.url, ...options }) };
}

function apiOf(t: Test, options: Partial<N8nApiOptions> & { baseUrl: string }) {
  const api = createN8nApi({
    webhookUrl: `${options.baseUrl}/webhook`,
    apiKey: API_KEY,
    ...options,
  });
  t.teardown(() => api.close());
  return api;
}

const hook = (path: string) => webhook('In', { httpMethod: 'POST', path });

t.test('a list of several pages, newest first, without what is in the archive', async (t) => {
  const { n8n, api } = await setUp(t);
  for (let i = 0; i < 230; i++) n8n.workflows.push(n8nWorkflow(`w${i}`, [hook(`p${i}`)]));
  n8n.workflows.push(n8nWorkflow('old', [hook('old')], { active: false, isArchived: true }));
  n8n.workflows.push(n8nWorkflow('draft', [hook('draft')], { active: false }));
  const list = await api.listWorkflows();
  if (list.status !== 'ok') throw new Error(list.status);
  const { workflows, isComplete } = list.value;
  t.equal(isComplete, true);
  t.same(
    workflows.map(({ name }) => name),
    ['draft', ...Array.from({ length: 230 }, (_, i) => `w${229 - i}`)],
  );
  t.match(workflows[1], {
    id: n8n.workflows[229]?.id,
    isActive: true,
    createdAt: /Z$/,
    webhooks: [{ nodeName: 'In', productionUrl: `${n8n.url}/webhook/p229`, methods: ['POST'] }],
  });
  t.equal(n8n.asked.length, 3);
  for (const { url, headers } of n8n.asked) {
    t.match(url, /excludePinnedData=true/, 'what people tried it with stays in n8n');
    t.match(headers, { 'x-n8n-api-key': API_KEY });
  }
  await api.listWorkflows();
  t.equal(n8n.asked.length, 3, 'a second list shortly after costs n8n nothing');
});

t.test('what runs counts, and not its draft', async (t) => {
  const { n8n, api } = await setUp(t);
  const edited = n8nWorkflow('edited', [hook('new')], { activeVersion: { nodes: [hook('old')] } });
  n8n.workflows.push(edited, n8nWorkflow('of n8n 1', [hook('one')], { activeVersion: undefined as never }));
  const { id } = edited;
  t.match(await api.getWorkflow(id), { value: { webhooks: [{ path: 'old' }] } });
  t.match(await api.getWorkflow(n8n.workflows[1]?.id ?? ''), { value: { webhooks: [{ path: 'one' }] } });
  t.match(await api.switchWorkflow(id, 'deactivate'), {
    value: { isActive: false, webhooks: [{ path: 'new' }] },
  });
  t.match(await api.switchWorkflow(id, 'activate'), {
    value: { isActive: true, webhooks: [{ path: 'new' }] },
  });
});

t.test('a switch shows in the next list', async (t) => {
  const { n8n, api } = await setUp(t);
  n8n.workflows.push(n8nWorkflow('a', [hook('a')]));
  t.match(await api.listWorkflows(), { value: { workflows: [{ isActive: true }] } });
  await api.switchWorkflow(n8n.workflows[0]?.id ?? '', 'deactivate');
  t.match(await api.listWorkflows(), { value: { workflows: [{ isActive: false }] } });
});

t.test('an end is put to a list without one', async (t) => {
  const { n8n, api } = await setUp(t);
  let page = 0;
  n8n.script((_, response) => {
    json(response, 200, { data: [n8nWorkflow(`w${page}`, [])], nextCursor: `c${page++}` });
    return true;
  });
  t.match(await api.listWorkflows(), { status: 'ok', value: { isComplete: false } });
  t.equal(n8n.asked.length, 50);
  n8n.script((_, response) => {
    json(response, 200, { data: [], nextCursor: 'same' });
    return true;
  });
  await api.switchWorkflow('none', 'activate');
  t.match(await api.listWorkflows(), { status: 'unexpected', detail: /circles/ });
});

t.test('executions', async (t) => {
  const { n8n, api } = await setUp(t);
  const error = { message: 'deliberate\nfailure', node: { name: 'Stop and Error' } };
  n8n.executions.push(
    { id: '1', workflowId: 'wf', status: 'error', error },
    { id: '2', workflowId: 'wf', status: 'success' },
    { id: '3', workflowId: 'wf', status: 'error', error, retry: { status: 'error' } },
  );
  t.match(await api.getExecution('2'), {
    status: 'ok',
    value: { id: '2', workflowId: 'wf', status: 'success', mode: 'webhook', error: null },
  });
  t.equal(n8n.asked.length, 1, 'the data of one that succeeded is not asked for');
  t.match(await api.getExecution('1'), {
    value: { status: 'error', error: { message: 'deliberate failure', nodeName: 'Stop and Error' } },
  });
  t.match(await api.retryExecution('1'), {
    status: 'ok',
    value: { id: '11', status: 'success', mode: 'retry', retryOf: '1', error: null },
  });
  t.match(await api.retryExecution('3'), {
    status: 'ok',
    value: { status: 'error', error: { message: String } },
  });
  t.match(await api.retryExecution('2'), { status: 'refused', statusCode: 409, message: /succeeded/ });
  for (const answer of [await api.getExecution('99'), await api.retryExecution('99')])
    t.match(answer, { status: 'not_found' });
});

t.test('an execution whose data is too large is shown without its error', async (t) => {
  const { n8n, api } = await setUp(t);
  n8n.executions.push({ id: '1', workflowId: 'wf', status: 'error', error: { message: 'x' } });
  n8n.script(({ url }, response) => {
    if (!url.includes('includeData')) return false;
    json(response, 200, { data: 'x'.repeat(9 * 1_048_576) });
    return true;
  });
  t.match(await api.getExecution('1'), { status: 'ok', value: { status: 'error', error: null } });
});

const REDIRECT = (_: Asked, response: ServerResponse) => {
  response.writeHead(302, { location: '/elsewhere' }).end();
  return true;
};
const answering =
  (status: number, body: string, type = 'application/json') =>
  (_: Asked, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': type }).end(body);
    return true;
  };

t.test('what is no answer of n8n’s public API', async (t) => {
  const cases: [string, Parameters<StandIn['script']>[0], object][] = [
    ['HTML', answering(200, '<html>', 'text/html'), { status: 'unexpected', detail: /not JSON/ }],
    ['nothing', answering(200, ''), { status: 'unexpected', detail: /not JSON/ }],
    ['another JSON', answering(200, '{"workflows":[]}'), { status: 'unexpected' }],
    ['a list of strangers', answering(200, '{"data":[{"id":7}]}'), { status: 'unexpected' }],
    [
      'not found',
      answering(404, '{"message":"not found"}'),
      { status: 'unexpected', detail: /PUBLIC_API_DISABLED/ },
    ],
    ['a redirect', REDIRECT, { status: 'unexpected', detail: /redirect \(302\)/ }],
    ['an error', answering(500, '{"message":"oh"}'), { status: 'unexpected', detail: /500: oh/ }],
    [
      'too much',
      answering(200, `{"data":"${'x'.repeat(9 * 1_048_576)}"}`),
      { status: 'unexpected', detail: /larger/ },
    ],
    ['a start', answering(503, 'n8n is starting up', 'text/plain'), { status: 'unreachable', detail: /503/ }],
    ['a bad key', answering(401, '{"message":"Unauthorized"}', 'text/plain'), { status: 'key_refused' }],
    [
      'no licence',
      answering(403, '{"message":"Your license does not allow for feat:variables."}'),
      { status: 'forbidden', message: /licen/ },
    ],
    [
      'a break',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1_000 }).write('{"data":[');
        response.destroy();
        return true;
      },
      { status: 'unreachable' },
    ],
  ];
  const { n8n, api } = await setUp(t);
  for (const [name, script, expected] of cases) {
    n8n.script(script);
    const answer = await api.listWorkflows();
    t.match(answer, expected, name);
    t.notOk(JSON.stringify(answer).includes(API_KEY), `${name}: the key stays ours`);
  }
  t.notOk(
    n8n.asked.some(({ url }) => url.includes('elsewhere')),
    'no redirect was followed',
  );
  n8n.script(null);
  t.match(await api.listWorkflows(), { status: 'ok' }, 'no failure is remembered');
});

t.test('n8n that is down, slow, or no HTTP', async (t) => {
  const { n8n, api } = await setUp(t, { deadlineMs: 200, retryDeadlineMs: 200 });
  n8n.script(() => true);
  t.match(await api.listWorkflows(), { status: 'timeout', sent: true });
  t.match(await api.retryExecution('1'), { status: 'timeout', sent: true }, 'the retry may run');
  n8n.script((_, response) => {
    response.writeHead(200).write('{"data":');
    return true;
  });
  t.match(await api.getWorkflow('a'), { status: 'timeout', sent: true }, 'a body that never ends');

  const port = await tcpServer(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  const other = apiOf(t, { baseUrl: `http://127.0.0.1:${port}` });
  t.match(await other.getWorkflow('a'), { status: 'unexpected' });
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const closed = apiOf(t, { baseUrl: `http://127.0.0.1:${(gone.address() as AddressInfo).port}` });
  gone.close();
  await once(gone, 'close');
  t.match(await closed.getWorkflow('a'), { status: 'unreachable', detail: /refuses connections/ });
  const broken = apiOf(t, { baseUrl: n8n.url, apiKey: 'two\nlines' });
  const answer = await broken.getWorkflow('a');
  t.match(answer, { status: 'unreachable', detail: /line breaks/ });
  t.notOk(JSON.stringify(answer).includes('two'));
});

t.test('a read that n8n refuses is no refusal of a change', async (t) => {
  const { n8n, api } = await setUp(t);
  for (const status of [400, 409, 422]) {
    n8n.script(answering(status, '{"message":"request.query.limit is wrong"}'));
    const expected = { status: 'unexpected', detail: new RegExp(`${status}: request.query.limit`) };
    for (const answer of [
      await api.listWorkflows(),
      await api.getWorkflow('a'),
      await api.getExecution('1'),
    ]) {
      t.match(answer, expected);
    }
    t.match(await api.switchWorkflow('a', 'activate'), { status: 'refused', statusCode: status });
    t.match(await api.retryExecution('1'), { status: 'refused', statusCode: status });
  }
});

t.test('one odd workflow does not hide the others', async (t) => {
  const { n8n, api } = await setUp(t);
  n8n.workflows.push(n8nWorkflow('a', [hook('a')]), { ...n8nWorkflow('odd', []), name: null as never });
  n8n.workflows.push(n8nWorkflow('b', [hook('b')]), { ...n8nWorkflow('odder', []), nodes: {} as never });
  t.match(await api.listWorkflows(), {
    status: 'ok',
    value: { skipped: 2, isComplete: true, workflows: { length: 2, 0: { name: 'b' }, 1: { name: 'a' } } },
  });
});
