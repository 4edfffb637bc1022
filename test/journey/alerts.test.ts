import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Alert } from '../../src/http/schemas/alerts.ts';
import type { Api } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Journey, startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Received, type Receiver, startReceiver } from '../helpers/receiver.ts';
import t, { type Test } from '../helpers/tap.ts';

// Minutes on a busy machine.
const LIMIT_MS = 300_000;
t.setTimeout(LIMIT_MS);

const SECRET = 'the secret that signs alerts';
const QUICK = { ALERT_INTERVAL_MS: '100' };
const WITHIN = { withinMs: 120_000 };

/** A service that looks often, with an endpoint that hears of alerts. */
async function start(t: Test, env: Record<string, string> = {}) {
  const journey = await startJourney(t, { env: { ...QUICK, ...env } });
  const alarm = await startReceiver(t);
  const json = { url: alarm.url, secret: SECRET, events: ['alert'] };
  await journey.api.call('POST', '/api/webhook-endpoints', { json });
  const pool = new pg.Pool({ connectionString: journey.databaseUrl, max: 1 });
  t.teardown(() => pool.end());
  const query = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows;
  return { ...journey, alarm, query, looks: () => looksAgain(query) };
}

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Until everything was looked at three times more. */
async function looksAgain(query: Query): Promise<void> {
  const last = async () => String((await query('SELECT evaluated_at::text AS at FROM alert_rounds'))[0]?.at);
  let before = await last();
  for (let i = 0; i < 3; i++) {
    before = await eventually('somebody looks again', async () => {
      const now = await last();
      return now !== before && now;
    });
  }
}

interface Told {
  event: string;
  eventId: string;
  data: { status: string; episodeId: string; endReason: string | null } & Record<string, unknown>;
}

const parsed = ({ body }: Received) => JSON.parse(String(body)) as Told;
const told = (receiver: Receiver, status: string) =>
  receiver.waitFor(
    status,
    (all) => {
      const found = all.map(parsed).filter(({ data }) => data.status === status);
      return found.length > 0 && found;
    },
    WITHIN,
  );

function checkSigned(t: Test, { headers, body }: Received): void {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const standard = createHmac('sha256', SECRET).update(signed).digest('base64');
  t.equal(headers['webhook-signature'], `v1,${standard}`);
  t.equal(headers['x-webhook-signature'], createHmac('sha256', SECRET).update(body).digest('hex'));
}

const alerts = async (api: Api, query: object) =>
  (await api.call<{ data: Alert[] }>('GET', '/api/alerts', { query: query as Record<string, string> })).body
    .data;

const logged = ({ logs }: Pick<Journey, 'logs'>, msg: string, workflowId: string) =>
  logs.filter((line) => line.msg === msg && line.workflowId === workflowId);

t.test('a stranger who fails is told of once, and once when it is over', async (t) => {
  const service = await start(t);
  const { api, alarm, query, looks } = service;
  const { id } = await api.createWorkflow({ name: 'Orders', webhook: { authType: 'hmac' } });
  for (let i = 0; i < 25; i++) {
    const { status } = await api.send(id, { headers: { 'x-webhook-signature': 'ab'.repeat(32) } });
    t.ok(status === 401 || status === 429, `${status}`);
  }
  const [firing] = await told(alarm, 'firing');
  t.match(firing, {
    event: 'alert.authentication_failures',
    data: {
      workflow: { id, name: 'Orders' },
      threshold: { count: 20 },
      windowSeconds: 300,
      counted: { reasons: [{}], sources: [{ sourceIp: '127.0.0.1' }] },
      advice: new RegExp(`workflowId=${id}`),
    },
  });
  t.equal(alarm.requests[0]?.headers['webhook-id'], firing?.eventId);
  await looks();
  t.equal(alarm.requests.length, 1, 'no second one while it lasts');
  t.match(await alerts(api, { status: 'open' }), [{ id: firing?.data.episodeId, workflow: { id } }]);
  t.match(logged(service, 'alert.firing', id), [{ level: 'warn', kind: 'authentication_failures' }]);
  const metrics = (await api.call<string>('GET', '/metrics')).body;
  t.match(metrics, /^hookgate_alerts_total\{kind="authentication_failures"\} 1$/m);
  t.match(metrics, /^hookgate_alerts_open 1$/m);

  // Ten minutes later.
  await query(`UPDATE webhook_logs SET received_at = received_at - interval '10 minutes'`);
  await query(`UPDATE webhook_refusal_counts SET minute = minute - interval '10 minutes'`);
  await looks();
  t.equal(alarm.requests.length, 1, 'not at once');
  await query(`UPDATE alert_episodes SET last_seen_at = last_seen_at - interval '5 minutes'`);
  const [resolved] = await told(alarm, 'resolved');
  t.match(resolved, { data: { episodeId: firing?.data.episodeId, endReason: 'condition_over' } });
  await looks();
  t.equal(alarm.requests.length, 2);
  for (const request of alarm.requests) checkSigned(t, request);
  t.same(await alerts(api, { status: 'open' }), []);
  t.match(logged(service, 'alert.resolved', id), [{ level: 'info', endReason: 'condition_over' }]);
  t.notMatch(JSON.stringify([service.logs, alarm.requests.map(parsed)]), new RegExp(SECRET));
});

t.test('executions that fail, of a workflow that is then muted', async (t) => {
  const { api, alarm, looks } = await start(t);
  const broken = await startReceiver(t, () => ({ status: 400 }));
  const workflow = await api.createWorkflow({
    name: 'Invoices',
    triggers: [{ endpoint: { url: broken.url } }],
  });
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push((await api.send(workflow.id)).body.executionId ?? '');
  for (const id of ids) await ended(api, id);
  await looks();
  t.equal(alarm.requests.length, 0, 'too few');
  const last = await ended(api, (await api.send(workflow.id)).body.executionId);
  const [firing] = await told(alarm, 'firing');
  t.match(firing, {
    event: 'alert.execution_failures',
    data: {
      workflow: { id: workflow.id, name: 'Invoices' },
      counted: { ended: 5, failed: 5, rate: 1, outcomes: [{ outcome: last.outcome, count: 5 }] },
      threshold: { rate: 0.5, minimum: 5 },
    },
  });
  await api.changeWebhook(workflow.id, { alerts: { executionFailures: { enabled: false } } });
  t.match(await told(alarm, 'resolved'), [
    { data: { endReason: 'muted', episodeId: firing?.data.episodeId } },
  ]);
  await looks();
  t.equal(alarm.requests.length, 2);
});

t.test('an execution that does not end, behind a pace', async (t) => {
  const { api, alarm, query } = await start(t);
  const slow = await startReceiver(t);
  const workflow = await api.createWorkflow({
    name: 'Slow',
    triggers: [{ endpoint: { url: slow.url, pace: { perSecond: 0.01 } } }],
  });
  const sent = [await api.send(workflow.id), await api.send(workflow.id), await api.send(workflow.id)];
  await slow.waitFor('the first', (all) => all.length > 0);
  const held = await eventually('the others are held', async () => {
    const rows = await query(
      `SELECT execution_id AS id FROM deliveries WHERE gate = 'held' ORDER BY execution_id`,
    );
    return rows.length === 2 && rows.map(({ id }) => String(id));
  });
  t.ok(held.every((id) => sent.some(({ body }) => body.executionId === id)));
  // An id is as old as what it names: with what refers to it, it is made anew. At once: nobody may look in between.
  await query(`SET session_replication_role = replica`);
  const [oldest = ''] = held;
  const aged = `0199${oldest.slice(4)}`;
  await query(
    `WITH aged AS (UPDATE workflow_executions SET id = $2, created_at = now() - interval '2 hours' WHERE id = $1)
     UPDATE deliveries SET execution_id = $2 WHERE execution_id = $1`,
    [oldest, aged],
  );
  const [firing] = await told(alarm, 'firing');
  t.match(firing, {
    event: 'alert.execution_overdue',
    data: {
      workflow: { id: workflow.id },
      counted: { overdue: 1, oldest: [{ executionId: aged, status: 'running', waitsFor: 'pace' }] },
      threshold: { afterSeconds: 3_600 },
      windowSeconds: null,
    },
  });
  t.equal((await api.call('POST', `/api/executions/${aged}/cancel`)).status, 202);
  await query(`UPDATE alert_episodes SET last_seen_at = last_seen_at - interval '5 minutes'`);
  t.match(await told(alarm, 'resolved'), [{ data: { endReason: 'condition_over' } }]);
});

t.test(
  'the operator hears of all organizations, from several processes once, after an outage too',
  async (t) => {
    const ops = await startReceiver(t, () => ({ status: 503 }));
    const { url: DATABASE_URL } = await createTestDatabase(t);
    const env = {
      ...QUICK,
      DATABASE_URL,
      ALERT_WEBHOOK_URL: `${ops.url}/hookgate`,
      ALERT_WEBHOOK_SECRET: SECRET,
      // The operator's own address may be private all the same.
      OUTBOUND_ALLOW_CIDRS: '',
    };
    const [one] = await Promise.all([startJourney(t, { env }), startJourney(t, { env })]);
    const organization = await one.api.call<{ id: string }>('POST', '/api/organizations', {
      json: { name: 'Shop' },
    });
    const made = await one.api.call<{ id: string }>('POST', '/api/workflows', {
      json: { name: 'Theirs', webhook: { alerts: { authenticationFailures: { count: 2 } } } },
      headers: { 'x-organization-id': organization.body.id },
    });
    for (let i = 0; i < 2; i++) await one.api.send(made.body.id);
    await ops.waitFor('two attempts', (all) => all.length >= 2, WITHIN);
    ops.answer(() => ({}));
    await ops.waitFor('it is told', (all) => all.some(({ answered }) => answered === 200), WITHIN);
    t.equal(new Set(ops.requests.map(({ headers }) => headers['webhook-id'])).size, 1, 'one event');
    const request = ops.requests.at(-1) as Received;
    checkSigned(t, request);
    t.equal(request.url, '/hookgate');
    t.match(parsed(request), {
      event: 'alert.authentication_failures',
      data: {
        status: 'firing',
        organization: { id: organization.body.id, name: 'Shop' },
        workflow: { id: made.body.id, name: 'Theirs' },
      },
    });
  },
);
