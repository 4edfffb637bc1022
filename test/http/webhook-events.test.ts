import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { claimEvents } from '../../src/store/event-claim.ts';
import type { EventAttempt } from '../../src/store/event-record.ts';
import { insertInboundEvent } from '../../src/store/events.ts';
import { recordEvent } from '../helpers/outbox.ts';
import { box } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { clientOf, idOf, insertOrganization, itemsOf, type Json, setUp } from './management.ts';

async function withEvents(t: Test) {
  const instance = await setUp(t);
  const { call, db, organizationId } = instance;
  const endpoint = async (name: string) =>
    idOf(await call('PUT', '/api/webhooks/n8n', { body: { name, path: name } }));
  const endpointId = await endpoint('orders');
  const out = async (event = 'order.created', to = endpointId) =>
    String(
      (await call('PATCH', '/api/webhooks/n8n', { body: { endpointId: to, event, data: { a: 1 } } })).json
        .eventId,
    );
  const into = async (overrides: object = {}) => {
    const id = newId();
    const event = {
      id,
      organizationId,
      event: 'order.shipped',
      state: 'processed' as const,
      outcome: 'started',
      endpointId,
      workflowId: null,
      executionId: null,
      deliveryId: null,
      webhookId: id,
      body: Buffer.from('{"event":"order.shipped"}'),
      bodyBytes: 25,
      signatureScheme: 'standard',
      signatureVerdict: 'valid',
      sourceIp: '192.0.2.1',
      statusCode: 200,
      errorCode: null,
      durationMs: 4.2,
      receivedAt: new Date(),
      ...overrides,
    };
    await insertInboundEvent(db, event);
    return id;
  };
  /** Makes one attempt at all that is due. */
  const attempt = async (how: Partial<EventAttempt> = {}) => {
    const { leased } = await claimEvents(db, box, {
      leaseTokens: Array.from({ length: 20 }, newId),
      leaseMs: 15_000,
      share: { free: 20, paced: 20 },
      inHand: [],
    });
    for (const event of leased) await recordEvent(db, event, how);
  };
  const show = (id: string) => call('GET', `/api/webhook-events/${id}`);
  const retry = (id: string) => call('POST', `/api/webhook-events/${id}/retry`);
  return { ...instance, endpoint, endpointId, out, into, attempt, show, retry };
}

const DEAD = {
  result: 'failed',
  outcome: 'server_error',
  state: 'dead_lettered',
  statusCode: 503,
  error: 'The endpoint answered HTTP 503.',
  responseBody: Buffer.from([0xff, 0]),
} as const;

t.test('the trail of both directions, newest first', async (t) => {
  const { call, endpoint, endpointId, out, into, attempt } = await withEvents(t);
  const [executionId, workflowId] = [newId(), newId()];
  const other = await endpoint('others');
  const from = new Date().toISOString();
  const sent = await out();
  await attempt();
  const came = await into({ executionId, workflowId });
  const refused = await into({
    state: 'refused',
    outcome: 'signature_mismatch',
    body: null,
    statusCode: 401,
  });
  const dead = await out('order.deleted', other);
  await attempt(DEAD);
  const waiting = await out();

  const list = async (query = '') =>
    itemsOf(await call('GET', `/api/webhook-events${query}`)).map(({ id }) => id);
  t.same(await list(), [waiting, dead, refused, came, sent]);
  const filters: [string, string[]][] = [
    ['direction=in', [refused, came]],
    ['direction=out', [waiting, dead, sent]],
    ['state=pending', [waiting]],
    ['state=succeeded', [sent]],
    ['state=dead_lettered', [dead]],
    ['state=refused', [refused]],
    ['state=processed', [came]],
    ['event=order.created', [waiting, sent]],
    [`endpointId=${other}`, [dead]],
    [`endpointId=${endpointId}&direction=out`, [waiting, sent]],
    [`executionId=${executionId}`, [came]],
    [`workflowId=${workflowId}`, [came]],
    [`from=${from}`, [waiting, dead, refused, came, sent]],
    [`to=${from}`, []],
    ['direction=in&state=pending', []],
  ];
  for (const [query, ids] of filters) t.same(await list(`?${query}`), ids, query);

  const first = await call('GET', '/api/webhook-events?limit=2');
  t.same(
    itemsOf(first).map(({ id }) => id),
    [waiting, dead],
  );
  t.same(await list(`?limit=200&cursor=${first.json.nextCursor}`), [refused, came, sent]);
  t.match(await call('GET', '/api/webhook-events?cursor=x'), { json: { code: 'invalid_cursor' } });
  for (const wrong of ['state=done', 'direction=up', 'endpointId=1', 'status=failed', 'event=']) {
    t.equal((await call('GET', `/api/webhook-events?${wrong}`)).status, 400, wrong);
  }
  const [summary] = itemsOf(await call('GET', '/api/webhook-events?state=dead_lettered'));
  t.match(summary, {
    direction: 'out',
    event: 'order.deleted',
    outcome: 'server_error',
    attemptCount: 1,
    statusCode: 503,
    durationMs: 12,
    signature: null,
    links: { endpoint: `/api/webhook-endpoints/${other}`, execution: null },
  });
  t.notOk('body' in (summary ?? {}), 'bodies are shown one at a time');
});

t.test('one event, with all that is known of it', async (t) => {
  const { out, into, attempt, show, db } = await withEvents(t);
  const sent = await out();
  await attempt({ ...DEAD, state: 'retrying', retryInMs: 60_000, advice: 'Wait.' });
  const waits = (await show(sent)).json;
  t.match(waits, { state: 'retrying', finishedAt: null, nextAttemptAt: /Z$/, isHeld: false });
  await sql`UPDATE webhook_events SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL`.execute(db);
  await attempt();
  const shown = (await show(sent)).json;
  t.match(shown, {
    state: 'succeeded',
    attemptCount: 2,
    nextAttemptAt: null,
    finishedAt: /Z$/,
    bodyEncoding: 'json',
    body: { eventId: sent, event: 'order.created', data: { a: 1 } },
  });
  t.match(shown.attempts, [
    {
      attempt: 1,
      result: 'failed',
      outcome: 'server_error',
      statusCode: 503,
      advice: 'Wait.',
      response: { body: Buffer.from([0xff, 0]).toString('base64'), bodyEncoding: 'base64', truncated: false },
    },
    { attempt: 2, outcome: 'delivered', response: { body: { ok: true }, bodyEncoding: 'json' } },
  ]);
  const came = await into({ body: Buffer.from('{"n":') });
  t.match((await show(came)).json, {
    direction: 'in',
    bodyEncoding: 'base64',
    body: Buffer.from('{"n":').toString('base64'),
    signature: { scheme: 'standard', verdict: 'valid' },
    sourceIp: '192.0.2.1',
    durationMs: 4,
    size: 25,
    attempts: [],
  });
  const refused = await into({ state: 'refused', body: null, signatureVerdict: 'mismatch' });
  t.match((await show(refused)).json, { body: null, bodyEncoding: null, signature: { verdict: 'mismatch' } });
  t.match(await show(newId()), { status: 404, json: { code: 'event_not_found' } });
});

t.test('what came to nothing is sent again, and nothing else', async (t) => {
  const { call, db, out, into, attempt, show, retry, endpointId, events } = await withEvents(t);
  const id = await out();
  const refusal = async (detail: RegExp, of = id) =>
    t.match(await retry(of), { status: 409, json: { code: 'event_not_retryable', detail } });
  await refusal(/still to be sent/);
  await attempt(DEAD);
  const notified = events.notified;
  const again = await retry(id);
  t.match(again, { status: 202, json: { id, state: 'pending', run: 2, outcome: null, finishedAt: null } });
  t.equal(events.notified, notified + 1);
  await refusal(/still to be sent/);
  await attempt();
  const shown = (await show(id)).json;
  t.match(shown, { state: 'succeeded', run: 2, attemptCount: 2 });
  t.same(
    (shown.attempts as Json[]).map((each) => [each.attempt, each.run]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  await refusal(/was delivered/);
  await refusal(/have n8n send it again/, await into());

  const left = await out();
  await attempt({ ...DEAD, state: 'failed' });
  await call('DELETE', `/api/webhook-endpoints/${endpointId}`);
  await refusal(/was deleted/, left);
  t.match((await show(left)).json, { state: 'failed', run: 1 });
  const { rows } = await sql<{ run_attempts: number }>`
    SELECT run_attempts FROM webhook_events WHERE id = ${id}`.execute(db);
  t.equal(rows[0]?.run_attempts, 1, 'a new run has all its attempts');
});

t.test('another organization sees nothing of it', async (t) => {
  const { app, db, out } = await withEvents(t);
  const id = await out();
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.same(itemsOf(await stranger('GET', '/api/webhook-events')), []);
  for (const [method, path] of [
    ['GET', `/api/webhook-events/${id}`],
    ['POST', `/api/webhook-events/${id}/retry`],
  ] as const) {
    t.match(await stranger(method, path), { status: 404, json: { code: 'event_not_found' } });
  }
  const reader = clientOf(app, (await insertOrganization(db, ['logs:read'])).key);
  t.equal((await reader('GET', '/api/webhook-events')).status, 200);
  t.equal((await reader('POST', `/api/webhook-events/${id}/retry`)).status, 403);
});
