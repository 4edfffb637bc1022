import { writeIngestBatch } from '../../src/store/ingest.ts';
import { ingestRow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { clientOf, idOf, insertOrganization, itemsOf, type Json, setUp } from './management.ts';

t.test('nothing of one organization can be seen, changed or used by another', async (t) => {
  const { app, db, pool, call, organizationId } = await setUp(t);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  const made = await call('POST', '/api/workflows', {
    body: {
      name: 'a',
      webhook: {},
      triggers: [{ endpoint: { url: 'https://n8n.example.com/x', name: 'mine' } }],
    },
  });
  const workflowId = idOf(made);
  const execution = String((await call('POST', `/api/workflows/${workflowId}/execute`)).json.executionId);
  const row = ingestRow(workflowId, { organizationId });
  await writeIngestBatch(pool, [row]);
  const before = await call('GET', `/api/workflows/${workflowId}`);

  const calls: [string, string, string, object?][] = [
    ['GET', `/api/workflows/${workflowId}`, 'workflow_not_found'],
    ['PATCH', `/api/workflows/${workflowId}`, 'workflow_not_found', { name: 'stolen' }],
    ['PATCH', `/api/workflows/${workflowId}`, 'workflow_not_found', { triggers: [] }],
    ['DELETE', `/api/workflows/${workflowId}`, 'workflow_not_found'],
    ['GET', `/api/workflows/${workflowId}/webhook`, 'workflow_not_found'],
    ['PATCH', `/api/workflows/${workflowId}/webhook`, 'workflow_not_found', { authType: 'none' }],
    ['POST', `/api/workflows/${workflowId}/webhook/secret`, 'workflow_not_found', {}],
    ['POST', `/api/workflows/${workflowId}/webhook/test`, 'workflow_not_found', {}],
    ['POST', `/api/workflows/${workflowId}/execute`, 'workflow_not_found', {}],
    ['GET', `/api/executions/${execution}`, 'execution_not_found'],
    ['POST', `/api/executions/${execution}/retry`, 'execution_not_found'],
    ['POST', `/api/executions/${execution}/cancel`, 'execution_not_found'],
    ['GET', `/api/webhook-logs/${row.logId}`, 'webhook_log_not_found'],
  ];
  for (const [method, url, code, body] of calls) {
    t.match(await stranger(method, url, { body }), { status: 404, json: { code } }, `${method} ${url}`);
  }
  for (const path of ['/api/workflows', '/api/executions', '/api/webhook-logs']) {
    const query = path === '/api/workflows' ? '' : `?workflowId=${workflowId}`;
    t.same(itemsOf(await stranger('GET', path)), [], path);
    t.same(itemsOf(await stranger('GET', path + query)), [], path);
    t.ok(itemsOf(await call('GET', path + query)).length > 0, path);
  }

  const [trigger] = made.json.triggers as Json[];
  const borrowed = { name: 'b', triggers: [{ endpointId: (trigger?.endpoint as Json | undefined)?.id }] };
  const refused = await stranger('POST', '/api/workflows', { body: borrowed });
  t.match(refused, { status: 422, json: { errors: [{ pointer: '/body/triggers/0/endpointId' }] } });
  const namesake = {
    name: 'b',
    triggers: [{ endpoint: { url: 'https://n8n.example.com/x', name: 'mine' } }],
  };
  t.equal(
    (await stranger('POST', '/api/workflows', { body: namesake })).status,
    201,
    'names are an own matter',
  );

  t.same((await call('GET', `/api/workflows/${workflowId}`)).json, before.json);
  t.equal((await call('GET', `/api/executions/${execution}`)).json.status, 'queued');
});

t.test('keys of idempotency are an own matter too', async (t) => {
  const { app, db, call } = await setUp(t);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  const headers = { 'idempotency-key': 'the same' };
  const ids: unknown[] = [];
  for (const client of [call, stranger]) {
    const workflow = idOf(await client('POST', '/api/workflows', { body: { name: 'a' } }));
    const answer = await client('POST', `/api/workflows/${workflow}/execute`, { headers });
    t.equal(answer.status, 202);
    ids.push(answer.json.executionId);
  }
  t.not(ids[0], ids[1]);
});

t.test('each call asks for its scope', async (t) => {
  const { app, db, call } = await setUp(t);
  const workflowId = idOf(await call('POST', '/api/workflows', { body: { name: 'a' } }));
  const id = String((await call('POST', `/api/workflows/${workflowId}/execute`)).json.executionId);
  const calls: [string, string, string, object?][] = [
    ['workflows:read', 'GET', '/api/workflows'],
    ['workflows:read', 'GET', `/api/workflows/${workflowId}`],
    ['workflows:read', 'GET', `/api/workflows/${workflowId}/webhook`],
    ['workflows:write', 'POST', '/api/workflows', { name: 'b' }],
    ['workflows:write', 'PATCH', `/api/workflows/${workflowId}`, { name: 'b' }],
    ['workflows:write', 'DELETE', `/api/workflows/${workflowId}`],
    ['workflows:write', 'PATCH', `/api/workflows/${workflowId}/webhook`, { enabled: true }],
    ['workflows:write', 'POST', `/api/workflows/${workflowId}/webhook/secret`, {}],
    ['workflows:write', 'POST', `/api/workflows/${workflowId}/webhook/test`, {}],
    ['executions:read', 'GET', '/api/executions'],
    ['executions:read', 'GET', `/api/executions/${id}`],
    ['executions:write', 'POST', `/api/workflows/${workflowId}/execute`, {}],
    ['executions:write', 'POST', `/api/executions/${id}/retry`],
    ['executions:write', 'POST', `/api/executions/${id}/cancel`],
    ['logs:read', 'GET', '/api/webhook-logs'],
    ['logs:read', 'GET', `/api/webhook-logs/${id}`],
  ];
  const all = [
    'workflows:read',
    'workflows:write',
    'executions:read',
    'executions:write',
    'logs:read',
    'logs:write',
    'n8n:write',
  ] as const;
  for (const scope of new Set(calls.map(([needed]) => needed))) {
    const without = clientOf(
      app,
      (
        await insertOrganization(
          db,
          all.filter((other) => other !== scope),
        )
      ).key,
    );
    for (const [needed, method, url, body] of calls) {
      const { status } = await without(method, url, { body });
      if (needed === scope) t.equal(status, 403, `${method} ${url} without ${scope}`);
      else t.not(status, 403, `${method} ${url} without ${scope}`);
    }
  }
  t.match(await clientOf(app, 'nonsense')('GET', '/api/workflows'), { status: 401 });
});

t.test('the API describes itself', async (t) => {
  const { app } = await setUp(t);
  await app.ready();
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, Json>> };
  const operations = Object.entries(paths)
    .filter(([path]) => /^\/api\/(workflows|executions|webhook-logs)/.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, operation })),
    );
  t.ok(operations.length >= 16);
  for (const { at, operation } of operations) {
    for (const part of ['operationId', 'summary', 'description', 'tags', 'security', 'responses'])
      t.ok(operation[part], `${at} ${part}`);
    t.ok(
      Object.keys(operation.responses as object).some((status) => status.startsWith('2')),
      at,
    );
  }
  t.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
});
