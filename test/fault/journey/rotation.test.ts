import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Workflow } from '../../../src/http/schemas/workflows.ts';
import { createApi } from '../../helpers/api.ts';
import { openTestDatabase } from '../../helpers/database.ts';
import { startService } from '../../helpers/service.ts';
import t, { type Test } from '../../helpers/tap.ts';

/** Small, so that it takes seconds. ROTATION_RATE=1000 ROTATION_SECONDS=20 is what a free machine has to take. */
const RATE = Number(process.env.ROTATION_RATE ?? 200);
const SECONDS = Number(process.env.ROTATION_SECONDS ?? 4);
const TOTAL = RATE * SECONDS;
/** Longer than the load, however busy the machine is. The next rotation, which prolongs nothing, cuts it short. */
const LONG_OVERLAP_SECONDS = 3_600;
const SHORT_OVERLAP_SECONDS = 2;
/** How long a change may take to show. */
const SHOWS_AFTER_MS = 1_000;

const LIMIT_MS = SECONDS * 1_000 + 240_000;
t.setTimeout(LIMIT_MS);

interface Sent {
  with: 'old' | 'new';
  /** Of Date.now(). */
  startedAt: number;
  ms: number;
  status: number;
}

const { pool: database, url } = await openTestDatabase(t);
const service = await startService(t, { env: { DATABASE_URL: url } });
const api = createApi(t, service);
const sender = new Pool(service.url, { connections: 64 });
t.teardown(() => sender.destroy());

const secrets = { old: '', new: '' };

async function send(workflowId: string, which: Sent['with'], n: number): Promise<Sent> {
  const body = `{"n":${n}}`;
  const startedAt = Date.now();
  const started = performance.now();
  const response = await sender.request({
    method: 'POST',
    path: `/api/webhooks/${workflowId}`,
    headers: {
      'content-type': 'application/json',
      'x-webhook-signature': createHmac('sha256', secrets[which]).update(body).digest('hex'),
    },
    body,
  });
  await response.body.dump();
  return { with: which, startedAt, ms: performance.now() - started, status: response.statusCode };
}

/** Sends at a steady rate, whether or not what was sent has been answered, until enough was sent with each secret. */
async function sendSteadily(workflowId: string, which: (n: number) => Sent['with']): Promise<Sent[]> {
  const started = performance.now();
  const sent: Promise<Sent>[] = [];
  let changed = 0;
  while (sent.length < TOTAL || changed < TOTAL / 4) {
    const due = Math.ceil(((performance.now() - started) / 1_000) * RATE);
    while (sent.length < due) {
      const secret = which(sent.length);
      if (secret === 'new') changed++;
      sent.push(send(workflowId, secret, sent.length));
    }
    await delay(5);
  }
  return Promise.all(sent);
}

async function rotate(workflowId: string, overlapSeconds: number) {
  const { status, body } = await api.call<{ secret: string; previousExpiresAt: string }>(
    'POST',
    `/api/workflows/${workflowId}/webhook/secret`,
    { json: { overlapSeconds } },
  );
  if (status !== 201) throw new Error(`the rotation was answered ${status}`);
  return { secret: body.secret, expiresAt: Date.parse(body.previousExpiresAt), rotatedAt: Date.now() };
}

/** Sends with a secret until that is refused, which must not be before it runs out. */
async function sendUntilRefused(t: Test, workflowId: string, which: Sent['with'], expiresAt: number) {
  let last = await send(workflowId, which, 0);
  while (last.status === 200) {
    // The database tells the time to the microsecond.
    t.ok(last.startedAt <= expiresAt + 1, `the ${which} secret is accepted while it overlaps`);
    await delay(25);
    last = await send(workflowId, which, 0);
  }
  t.equal(last.status, 401, `after the overlap the ${which} secret is refused`);
  t.ok(Date.now() >= expiresAt - 1, 'and not before');
}

const percentile = (sent: Sent[], part: number): number =>
  sent.map(({ ms }) => ms).sort((a, b) => a - b)[Math.ceil(sent.length * part) - 1] ?? 0;

t.test('a secret is rotated under load: nothing is refused, and then the old one is', async (t) => {
  const workflow: Workflow = await api.createWorkflow({ webhook: { authType: 'hmac' } });
  secrets.old = workflow.webhook.secret ?? '';
  let rotation: ReturnType<typeof rotate> | undefined;
  let rotatedAt = Number.POSITIVE_INFINITY;
  const started = performance.now();
  const sent = await sendSteadily(workflow.id, (n) => {
    if (n >= TOTAL / 4 && rotation === undefined) {
      rotation = rotate(workflow.id, LONG_OVERLAP_SECONDS);
      rotation.then((done) => {
        secrets.new = done.secret;
        rotatedAt = done.rotatedAt;
      }, t.threw);
    }
    return n >= TOTAL / 2 && Date.now() >= rotatedAt + SHOWS_AFTER_MS ? 'new' : 'old';
  });
  const seconds = (performance.now() - started) / 1_000;

  const refused = sent.filter(({ status }) => status !== 200);
  const late = sent.filter((one) => one.with === 'old' && one.startedAt > rotatedAt);
  const changed = sent.filter((one) => one.with === 'new');
  t.comment(
    `${sent.length} webhooks in ${seconds.toFixed(1)} s (${Math.round(sent.length / seconds)}/s): ` +
      `${refused.length} refused; ${sent.length - changed.length} under the old secret, ${late.length} of them ` +
      `after the rotation, ${changed.length} under the new one; answered in ${percentile(sent, 0.5).toFixed(1)} ms ` +
      `(p50), ${percentile(sent, 0.99).toFixed(1)} ms (p99), ${percentile(sent, 1).toFixed(1)} ms (max)`,
  );
  t.same(refused.slice(0, 5), [], 'none is refused');
  t.ok(late.length > 0, 'the old secret was used after the rotation, too');
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM webhook_logs WHERE workflow_id = $1 AND status_code = 200',
    [workflow.id],
  );
  t.equal(rows[0]?.count, sent.length, 'and all are stored');

  const { secret, expiresAt } = await rotate(workflow.id, SHORT_OVERLAP_SECONDS);
  await Promise.all([
    sendUntilRefused(t, workflow.id, 'old', expiresAt),
    sendUntilRefused(t, workflow.id, 'new', expiresAt),
  ]);
  secrets.new = secret;
  t.equal((await send(workflow.id, 'new', 0)).status, 200, 'and the one of now is accepted');
});
