import { createHmac } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import type { WebhookSecret } from '../../src/domain/workflow.ts';
import { Diagnoser, type Evidence } from '../../src/receive/diagnosing.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { workflowSnapshot } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const live: WebhookSecret = { id: 'live', secret: 'the-live-secret', expiresAt: null };
const old: WebhookSecret = { id: 'old', secret: 'the-old-secret', expiresAt: 1 };
const BODY = Buffer.from('{"a":1}');

const evidence = (key: string, body: Buffer | null = BODY): Evidence => ({
  policy: webhookPolicy(workflowSnapshot({ authType: 'hmac', secrets: [live] }), 1),
  reason: 'signature_mismatch',
  method: 'POST',
  url: 'https://hooks.example.com/x',
  headers: {
    'x-webhook-signature': createHmac('sha256', key)
      .update(body ?? '')
      .digest('hex'),
  },
  body,
  nowMs: Date.now(),
});

function openDiagnoser(
  secretsOf: () => Promise<WebhookSecret[]> = async () => [live, old],
  budgets = new Budgets({ limits: DEFAULT_LIMITS }),
) {
  const errors: unknown[] = [];
  let asked = 0;
  const diagnoser = new Diagnoser({
    secretsOf: () => {
      asked++;
      return secretsOf();
    },
    onError: (error) => errors.push(error),
    budget: budgets.rate('diagnosis_ms'),
  });
  return { diagnoser, errors, asked: () => asked };
}

t.test('expired secrets are read, once for a while', async (t) => {
  const { diagnoser, asked } = openDiagnoser();
  const one = evidence(old.secret);
  for (let n = 0; n < 3; n++) {
    t.match(await diagnoser.diagnose(one), {
      findings: [{ code: 'expired_secret', secretId: 'old' }],
      secrets: [live.secret, old.secret],
    });
  }
  t.equal(asked(), 1);
});

t.test('without the database it is done with what is in memory', async (t) => {
  const { diagnoser, errors } = openDiagnoser(() => Promise.reject(new Error('away')));
  t.same(await diagnoser.diagnose(evidence(old.secret)), { findings: [], secrets: [live.secret] });
  t.equal(errors.length, 1);
});

t.test('a body that was not kept is not looked into', async (t) => {
  const { diagnoser } = openDiagnoser();
  t.match(await diagnoser.diagnose(evidence(old.secret, null)), {
    findings: [{ code: 'diagnosis_skipped', proven: false }],
  });
});

t.test('however much is refused, only so much is looked into', async (t) => {
  const { diagnoser } = openDiagnoser();
  const body = Buffer.from(JSON.stringify({ list: Array.from({ length: 20_000 }, (_, n) => `é/${n}`) }));
  const found = new Set<string>();
  const began = performance.now();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let n = 0; n < 60; n++) {
    const { findings } = await diagnoser.diagnose(evidence('a-strangers-secret', body));
    for (const { code } of findings) found.add(code);
  }
  delay.disable();
  t.comment(`${Math.round(performance.now() - began)} ms, at most ${Math.round(delay.max / 1e6)} ms at once`);
  t.same([...found], ['diagnosis_skipped']);
});

t.test('what one organization used up is not missing to another', async (t) => {
  const budgets = new Budgets({ limits: DEFAULT_LIMITS, now: () => 0 });
  const { diagnoser } = openDiagnoser(undefined, budgets);
  const one = evidence(old.secret);
  const { organizationId } = one.policy.workflow;
  budgets.rate('diagnosis_ms').spend(organizationId, 10 * DEFAULT_LIMITS.diagnosis_ms);
  t.match((await diagnoser.diagnose(one)).findings, [{ code: 'diagnosis_skipped' }]);
  const workflow = { ...one.policy.workflow, organizationId: 'another' };
  const other = { ...one, policy: { ...one.policy, workflow } };
  t.match((await diagnoser.diagnose(other)).findings, [{ code: 'expired_secret' }]);
  const uses = budgets.ofOrganization(organizationId);
  t.match(
    uses.filter(({ budget }) => budget === 'diagnosis_ms'),
    [{ refused: 1 }],
  );
});
