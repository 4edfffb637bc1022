import { sql } from 'kysely';
import { DEFAULT_ALERT_RULES } from '../../src/domain/alerts.ts';
import { evaluateAlerts } from '../../src/store/alerts.ts';
import t, { type Test } from '../helpers/tap.ts';
import { ago, execute, refuse } from '../store/unusual.ts';
import { clientOf, idOf, insertOrganization, itemsOf, setUp } from './management.ts';

const ALERTS = '/api/alerts';

/** A workflow of which everything is unusual, noticed a moment ago. */
async function withAlerts(t: Test) {
  const instance = await setUp(t);
  const { call, db } = instance;
  const made = await call('POST', '/api/workflows', { body: { name: 'Orders', webhook: {} } });
  const workflowId = idOf(made);
  const look = (now?: Date) =>
    evaluateAlerts(db, {
      rules: DEFAULT_ALERT_RULES,
      toOperator: false,
      minIntervalMs: 0,
      ...(now && { now }),
    });
  await refuse(db, workflowId, { count: 20 });
  await execute(db, workflowId, { state: 'failed', count: 5, outcome: 'http_400' });
  const [overdueId] = await execute(db, workflowId, { state: 'running', createdAt: ago(4_000) });
  await look();
  const list = async (query = '') => itemsOf(await call('GET', ALERTS + query));
  return { ...instance, workflowId, overdueId, look, list };
}

t.test('each kind shows what was counted, in full', async (t) => {
  const { list, workflowId, overdueId } = await withAlerts(t);
  const all = await list();
  const of = (kind: string) => all.find((alert) => alert.kind === kind);
  t.equal(all.length, 3);
  const shared = {
    status: 'open',
    workflow: { id: workflowId, name: 'Orders' },
    endedAt: null,
    endReason: null,
  };
  t.match(of('authentication_failures'), {
    ...shared,
    counted: {
      failures: 20,
      reasons: [{ reason: 'signature_mismatch', count: 20 }],
      sources: [{ sourceIp: '192.0.2.1', count: 20 }],
    },
    threshold: { count: 20 },
    windowSeconds: 300,
    advice: /GET \/api\/webhook-logs/,
  });
  t.match(of('execution_failures'), {
    ...shared,
    counted: { ended: 5, failed: 5, rate: 1, outcomes: [{ outcome: 'http_400', count: 5 }] },
    threshold: { rate: 0.5, minimum: 5 },
    windowSeconds: 900,
  });
  t.match(of('execution_overdue'), {
    ...shared,
    counted: {
      overdue: 1,
      isBounded: false,
      oldest: [{ executionId: overdueId, status: 'running', waitsFor: 'worker' }],
    },
    threshold: { afterSeconds: 3_600 },
    windowSeconds: null,
  });
});

t.test('filters narrow the list, alone and together', async (t) => {
  const { call, db, list, look, workflowId } = await withAlerts(t);
  const other = idOf(await call('POST', '/api/workflows', { body: { name: 'Other', webhook: {} } }));
  await refuse(db, other, { count: 20 });
  await look();
  const kinds = async (query: string) => (await list(query)).map(({ kind }) => kind).sort();
  t.same(await kinds(`?workflowId=${other}`), ['authentication_failures']);
  t.same(await kinds('?kind=execution_overdue'), ['execution_overdue']);
  t.same(await kinds('?status=ended'), []);
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  await look();
  t.same(
    (await list('?status=ended')).map(({ status, endReason }) => `${status} ${endReason}`),
    [...Array(3).fill('ended workflow_inactive')],
  );
  t.same(await kinds('?status=open'), ['authentication_failures']);
  t.same(await kinds(`?status=open&workflowId=${workflowId}`), []);
  t.same(await kinds(`?status=ended&kind=execution_failures&workflowId=${workflowId}`), [
    'execution_failures',
  ]);
  for (const query of ['?kind=x', '?status=firing', '?workflowId=1', '?limit=0', '?from=1']) {
    t.match(await call('GET', ALERTS + query), { status: 400, json: { code: 'validation_failed' } }, query);
  }
});

t.test('pages are newest first and leave nothing out', async (t) => {
  const { call, list } = await withAlerts(t);
  const all = (await list()).map(({ id }) => id);
  t.same(all, [...all].sort().reverse());
  const paged: unknown[] = [];
  let cursor = '';
  do {
    const page = await call('GET', `${ALERTS}?limit=1${cursor && `&cursor=${cursor}`}`);
    paged.push(...itemsOf(page).map(({ id }) => id));
    cursor = String(page.json.nextCursor ?? '');
  } while (cursor !== '');
  t.same(paged, all);
  t.match(await call('GET', `${ALERTS}?cursor=abc`), { status: 400, json: { code: 'invalid_cursor' } });
});

t.test('they are for who may read logs, of the same organization', async (t) => {
  const { app, db, call, list, workflowId } = await withAlerts(t);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.same(itemsOf(await stranger('GET', ALERTS)), []);
  t.same(itemsOf(await stranger('GET', `${ALERTS}?workflowId=${workflowId}`)), []);
  const keyWith = async (...scopes: string[]) =>
    clientOf(app, String((await call('POST', '/api/api-keys', { body: { name: 'a', scopes } })).json.key));
  t.equal((await (await keyWith('logs:read'))('GET', ALERTS)).status, 200);
  t.match(await (await keyWith('workflows:read'))('GET', ALERTS), { status: 403 });
  t.equal((await app.inject({ url: ALERTS })).statusCode, 401);
  await call('DELETE', `/api/workflows/${workflowId}`);
  t.equal((await list()).length, 3, 'history stays when the workflow is deleted');
});

t.test('rules are set with the webhook, and refused where they make no sense', async (t) => {
  const { call, db, workflowId } = await withAlerts(t);
  const path = `/api/workflows/${workflowId}/webhook`;
  const alerts = { authenticationFailures: { enabled: false }, executionFailures: { rate: 0.9 } };
  t.equal((await call('PATCH', path, { body: { alerts } })).status, 200);
  const stored = async () =>
    (
      await sql<{
        alerts: unknown;
      }>`SELECT webhook_config -> 'alerts' AS alerts FROM workflows WHERE id = ${workflowId}`.execute(db)
    ).rows[0]?.alerts;
  t.same(await stored(), alerts);
  for (const wrong of [
    { authenticationFailures: { count: 0 } },
    { authenticationFailures: { windowSeconds: 59 } },
    { executionFailures: { rate: 0 } },
    { executionFailures: { rate: 1.01 } },
    { executionOverdue: { afterSeconds: 1 } },
    { executionOverdue: { other: 1 } },
    { other: {} },
  ]) {
    t.match(await call('PATCH', path, { body: { alerts: wrong } }), { status: 400 }, JSON.stringify(wrong));
  }
  t.same(await stored(), alerts);
  t.equal((await call('PATCH', path, { body: { alerts: null } })).status, 200);
  t.equal(await stored(), null);
});
