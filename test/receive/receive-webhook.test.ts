import t from 'tap';
import type { WorkflowSnapshot } from '../../src/domain/workflow.ts';
import { createReceiver } from '../../src/receive/receive-webhook.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import type { CommitResult } from '../../src/store/group-commit.ts';
import type { IngestRow } from '../../src/store/ingest.ts';
import { workflowSnapshot } from '../helpers/snapshots.ts';

interface Situation {
  workflow?: Partial<WorkflowSnapshot>;
  commit?: CommitResult;
  queueAccepts?: boolean;
  allowed?: boolean;
  headers?: Record<string, string>;
  body?: string;
}

/** Receives one request, and tells what was done for it, in order. */
async function receive(situation: Situation) {
  const { commit = 'committed', queueAccepts = true, allowed = true, headers = {}, body = '{}' } = situation;
  const steps: string[] = [];
  const rows: IngestRow[] = [];
  const offered: object[] = [];
  const receiver = createReceiver({
    persist: async (row) => {
      steps.push('persist');
      rows.push(row);
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
    chargeRateLimit: async () => {
      steps.push('charge');
      return allowed ? { allowed } : { allowed, retryAfterSeconds: 7 };
    },
  });
  return { outcome, steps, rows, offered };
}

const LIMITED = { config: { rateLimit: { max: 1, windowSeconds: 1 } } };

t.test('what is accepted is committed before it is offered to the queue', async (t) => {
  const { outcome, steps, rows, offered } = await receive({ workflow: LIMITED });
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
  const { logId, executionId, receivedAtMs } = row ?? {};
  t.match(outcome, { status: 'accepted', logId, executionId, receivedAtMs });
  t.same(offered, [{ kind: 'execution', id: executionId, run: 1, isPaced: false }]);
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

t.test('without a limit nothing is charged', async (t) => {
  t.same((await receive({})).steps, ['persist', 'offer']);
});

const UNCOMMITTED: [CommitResult, string][] = [
  ['overloaded', 'overloaded'],
  ['not_stored', 'not_stored'],
  ['unconfirmed', 'commit_unconfirmed'],
  ['rejected', 'storage_rejected'],
];
for (const [commit, status] of UNCOMMITTED) {
  t.test(`${commit}: ${status}, and no job`, async (t) => {
    const { outcome, steps } = await receive({ commit });
    t.same(outcome, { status });
    t.same(steps, ['persist']);
  });
}
