import type { WorkflowSnapshot } from '../../src/domain/workflow.ts';
import { createHandshakes } from '../../src/receive/handshakes.ts';
import { createReceiver } from '../../src/receive/receive-webhook.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import type { CommitResult } from '../../src/store/group-commit.ts';
import type { IngestRow } from '../../src/store/ingest-batch.ts';
import { workflowSnapshot } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

interface Situation {
  workflow?: Partial<WorkflowSnapshot>;
  commit?: CommitResult;
  queueAccepts?: boolean;
  allowed?: boolean;
  headers?: Record<string, string>;
  body?: string;
  /** The execution of the request that came first with this event. */
  duplicateOf?: string;
  /** How long the request has been arriving. */
  tookMs?: number;
  /** How many unverified webhooks an address may send. */
  unverified?: number;
}

/** Receives one request, and tells what was done for it, in order. */
async function receive(situation: Situation) {
  const { commit = 'committed', queueAccepts = true, allowed = true, headers = {}, body = '{}' } = situation;
  const steps: string[] = [];
  const rows: IngestRow[] = [];
  const limits: (number | undefined)[] = [];
  const offered: object[] = [];
  const unverified: string[] = [];
  const stored: IngestRow[] = [];
  const receiver = createReceiver({
    persist: async (row, withinMs) => {
      steps.push('persist');
      limits.push(withinMs);
      rows.push(row);
      if (row.event) row.event.duplicateOf = situation.duplicateOf ?? null;
      return commit;
    },
    queue: {
      accepting: () => queueAccepts,
      offer(jobs) {
        steps.push('offer');
        return offered.push(...jobs) > 0;
      },
    },
    publicUrl: () => 'https://hooks.example.com',
    onSecretUsed: (secretId) => steps.push(`used ${secretId}`),
    handshakes: createHandshakes({
      keepSecret: () => Promise.reject(new Error('nobody brings a secret')),
      confirm: () => Promise.reject(new Error('nobody asks to be confirmed')),
      log: ({ event, statusCode, failure }) => steps.push(`handshake ${event} ${statusCode} ${failure}`),
    }),
    onStored: (row) => stored.push(row),
    unverified: {
      tryTake(key) {
        unverified.push(key);
        return situation.unverified !== 0;
      },
      secondsUntilLeft: () => 2.1,
    },
  });
  const outcome = await receiver({
    policy: webhookPolicy(workflowSnapshot(situation.workflow), 1_000),
    requestId: 'r1',
    method: 'POST',
    url: '/api/webhooks/x?a=1?b',
    rawHeaders: ['Content-Type', 'text/plain', 'Cookie', 'secret'],
    headers,
    body: Buffer.from(body),
    sourceIp: '192.0.2.1',
    startedAt: performance.now() - (situation.tookMs ?? 0),
    chargeRateLimit: async () => {
      steps.push('charge');
      return allowed ? { allowed } : { allowed, retryAfterSeconds: 7 };
    },
  });
  return { outcome, steps, rows, offered, limits, unverified, stored };
}

const LIMITED = { config: { rateLimit: { max: 1, windowSeconds: 1 } } };

t.test('what is accepted is committed before it is offered to the queue', async (t) => {
  const { outcome, steps, rows, offered, stored } = await receive({ workflow: LIMITED });
  t.same(stored, rows);
  t.same(steps, ['charge', 'persist', 'offer']);
  const [row] = rows;
  t.match(row, {
    requestId: 'r1',
    method: 'POST',
    query: 'a=1?b',
    headers: '[["Content-Type","text/plain"],["Cookie","[redacted]"]]',
    body: Buffer.from('{}'),
    sourceIp: '192.0.2.1',
    statusCode: 200,
    enqueued: true,
  });
  const { logId, executionId, receivedAtMs, organizationId } = row ?? {};
  t.match(outcome, { status: 'accepted', logId, executionId, receivedAtMs });
  t.same(offered, [{ kind: 'execution', id: executionId, run: 1, organizationId, isPaced: false }]);
});

t.test('a queue that takes nothing changes nothing for the sender', async (t) => {
  const { outcome, steps, rows } = await receive({ queueAccepts: false });
  t.match(outcome, { status: 'accepted' });
  t.same(steps, ['persist']);
  t.match(rows, [{ enqueued: false }], 'the relay takes it from the database');
});

t.test('who is refused costs no quota and no storage', async (t) => {
  const secrets = [{ id: '1', secret: 'secret', expiresAt: null }];
  const stranger = await receive({ workflow: { ...LIMITED, authType: 'api_key', secrets } });
  t.same(stranger.outcome, { status: 'unauthenticated', reason: 'missing_credential' });
  t.same(stranger.steps, []);
  const friend = await receive({
    workflow: { ...LIMITED, authType: 'api_key', secrets },
    headers: { 'x-api-key': 'secret' },
    allowed: false,
  });
  t.same(friend.outcome, { status: 'rate_limited', retryAfterSeconds: 7 });
  t.same(friend.steps, ['used 1', 'charge']);
  const wrong = await receive({ workflow: { config: { payloadSchema: { type: 'object' } } }, body: '[]' });
  t.match(wrong.outcome, { status: 'payload_rejected', faults: [{ pointer: '/body' }] });
  t.same(wrong.steps, []);
});

t.test('a duplicate is told what came first, and offers no job', async (t) => {
  const workflow = { ...LIMITED, config: { ...LIMITED.config, dedup: { source: 'header:x-id' } } };
  const headers = { 'x-id': 'a' };
  const first = await receive({ workflow, headers });
  const [row] = first.rows;
  t.match(first.outcome, { status: 'accepted', executionId: row?.executionId, duplicate: false });
  t.match(row?.event, { windowSeconds: 86_400, step: 'take' });
  const second = await receive({ workflow, headers, duplicateOf: 'the first' });
  t.match(second.outcome, {
    status: 'accepted',
    logId: second.rows[0]?.logId,
    executionId: 'the first',
    duplicate: true,
  });
  t.same(second.steps, ['charge', 'persist']);
  t.same(second.rows[0]?.event?.sha256, row?.event?.sha256);
  const without = await receive({ workflow });
  t.equal(without.rows[0]?.event, null);
});

t.test('without a limit nothing is charged', async (t) => {
  t.same((await receive({})).steps, ['persist', 'offer']);
});

t.test('what anybody may send has a budget for each workflow and address', async (t) => {
  const { id } = workflowSnapshot();
  t.same((await receive({ workflow: { id } })).unverified, [`${id} 192.0.2.1`]);
  const refused = await receive({ unverified: 0 });
  t.same([refused.outcome, refused.steps], [{ status: 'rate_limited', retryAfterSeconds: 3 }, []]);
  t.same((await receive({ workflow: LIMITED })).unverified, [], 'a limit of its own holds alone');
  const secrets = [{ id: '1', secret: 'secret', expiresAt: null }];
  const verified = {
    workflow: { authType: 'api_key', secrets } as const,
    headers: { 'x-api-key': 'secret' },
  };
  t.same((await receive(verified)).unverified, []);
});

const UNCOMMITTED: [CommitResult, string][] = [
  ['overloaded', 'overloaded'],
  ['not_stored', 'not_stored'],
  ['unconfirmed', 'commit_unconfirmed'],
  ['rejected', 'storage_rejected'],
];
for (const [commit, status] of UNCOMMITTED) {
  t.test(`${commit}: ${status}, and no job`, async (t) => {
    const { outcome, steps, stored } = await receive({ commit });
    t.same(outcome, { status });
    t.same(steps, ['persist']);
    t.same(stored, []);
  });
}

t.test('a handshake is answered instead, after it is verified where it is signed', async (t) => {
  const body = '{"type":"url_verification","challenge":"abc"}';
  const secrets = [{ id: '1', secret: 'secret', expiresAt: null }];
  const workflow = { ...LIMITED, authType: 'api_key', secrets } as const;
  const asking = { ...workflow, config: { ...LIMITED.config, handshake: 'slack' as const } };
  const headers = { 'x-api-key': 'secret' };
  const answered = await receive({ workflow: asking, headers, body });
  t.match(answered.outcome, { status: 'handshake', answer: { body: 'abc' } });
  t.same(answered.steps, ['used 1', 'handshake slack 200 null'], 'at no cost, and without an execution');
  const stranger = await receive({ workflow: asking, body });
  t.same(
    [stranger.outcome, stranger.steps],
    [{ status: 'unauthenticated', reason: 'missing_credential' }, []],
  );
  const unasked = await receive({ workflow, headers, body });
  t.match(unasked.outcome, { status: 'accepted' }, 'never where none is configured');
  const webhook = await receive({ workflow: asking, headers, body: '{"type":"event_callback"}' });
  t.match(webhook.outcome, { status: 'accepted' });
});

t.test('what proves a request beside its signature is looked at too', async (t) => {
  const workflow = { config: { handshake: 'microsoft_graph', verifyToken: 'the-client-state' } } as const;
  const of = (clientState: string) =>
    receive({ workflow, body: JSON.stringify({ value: [{ clientState }] }) });
  t.match((await of('the-client-state')).outcome, { status: 'accepted' });
  const stranger = await of('another-state');
  t.same(
    [stranger.outcome, stranger.steps],
    [{ status: 'unauthenticated', reason: 'credential_mismatch' }, []],
  );
});

t.test('a sender that does not wait long is answered in its time', async (t) => {
  const secrets = [{ id: '1', secret: 'the-token-of-telegram', expiresAt: null }];
  const of = async (provider: 'telegram' | 'gitlab_token', tookMs: number) => {
    const headers = {
      'x-gitlab-token': 'the-token-of-telegram',
      'x-telegram-bot-api-secret-token': 'the-token-of-telegram',
    };
    const workflow = { authType: 'provider', config: { provider }, secrets } as const;
    const { outcome, limits } = await receive({ workflow, headers, tookMs });
    t.match(outcome, { status: 'accepted' });
    return limits[0];
  };
  t.equal(await of('telegram', 0), undefined, 'nothing is known of how long it waits');
  const whole = Number(await of('gitlab_token', 0));
  t.ok(whole > 5_000 && whole <= 8_000, 'of ten seconds');
  const rest = Number(await of('gitlab_token', 6_000));
  t.ok(rest > 200 && rest <= 2_000, 'what is left of them');
  t.equal(await of('gitlab_token', 60_000), 200, 'it took all its time to send');
});
