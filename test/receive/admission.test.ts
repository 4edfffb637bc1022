import { newWorkflowId } from '../../src/domain/ids.ts';
import type { WorkflowSnapshot } from '../../src/domain/workflow.ts';
import { createAdmission } from '../../src/receive/admission.ts';
import { FailureLimit } from '../../src/receive/failure-limit.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { DEFAULT_LIMITS } from '../helpers/budgets.ts';
import { workflowSnapshot } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

/** An admission with these workflows in memory, and a database that counts what it is asked. */
function admission(inMemory: WorkflowSnapshot[], stored: WorkflowSnapshot[] = []) {
  const asked: string[] = [];
  const budgets = new Budgets({ limits: { ...DEFAULT_LIMITS, unknown_names: 10 }, now: () => 0 });
  const failures = new FailureLimit({ maxFailures: 1, now: () => 0 });
  const admit = createAdmission({
    defaultMaxBodyBytes: 1_000,
    failures,
    storage: budgets.daily('stored_bytes'),
    unknownNames: budgets.rate('unknown_names'),
    workflows: {
      peek: (id) => inMemory.find((workflow) => workflow.id === id),
      async get(id) {
        asked.push(id);
        return stored.find((workflow) => workflow.id === id) ?? null;
      },
    },
  });
  return { admit, asked, failures, budgets };
}

t.test('what is no id asks nobody', (t) => {
  const { admit, asked } = admission([]);
  for (const id of [
    '',
    'n8n',
    '__proto__',
    `${newWorkflowId()} `,
    'x'.repeat(200),
    newWorkflowId().slice(1),
  ]) {
    t.match(admit(id, '127.0.0.1'), { status: 'refused', code: 'workflow_not_found', policy: null });
  }
  t.same(asked, []);
  t.end();
});

t.test('what is in memory is decided at once', (t) => {
  const workflow = workflowSnapshot({ config: { maxBodyBytes: 5 } });
  const { admit, asked } = admission([workflow]);
  const decided = admit(workflow.id.toUpperCase(), '127.0.0.1');
  t.match(decided, { status: 'admitted', policy: { workflow, maxBodyBytes: 5 } });
  t.equal(
    (decided as { policy: unknown }).policy,
    (admit(workflow.id, '127.0.0.1') as { policy: unknown }).policy,
    'its policy is made once',
  );
  t.same(asked, []);
  t.end();
});

t.test('what is not in memory is asked for', async (t) => {
  const workflow = workflowSnapshot();
  const { admit, asked } = admission([], [workflow]);
  t.match(await admit(workflow.id, '127.0.0.1'), { status: 'admitted', policy: { maxBodyBytes: 1_000 } });
  const unknown = newWorkflowId();
  t.match(await admit(unknown, '127.0.0.1'), { status: 'refused', code: 'workflow_not_found' });
  t.same(asked, [workflow.id, unknown]);
});

t.test('ids that are made up cost an address so many look-ups, and nobody else', async (t) => {
  const stored = [workflowSnapshot(), workflowSnapshot()];
  const { admit, asked } = admission([], stored);
  const [known, late] = stored.map(({ id }) => id) as [string, string];
  t.match(await admit(known, '2001:db8::1'), { status: 'admitted' });
  const made = Array.from({ length: 200 }, (_, n) => admit(newWorkflowId(), `2001:db8::${n}`));
  const answers = await Promise.all(made);
  t.equal(answers.filter((answer) => 'code' in answer && answer.code === 'workflow_not_found').length, 10);
  t.match(answers.at(-1), {
    status: 'refused',
    code: 'too_many_unknown_names',
    policy: null,
    retryAfterSeconds: 1,
  });
  t.equal(asked.length, 11);
  t.match(await admit(known, '2001:db8::1'), { status: 'admitted' }, 'what was there is looked up');
  t.match(await admit(late, '2001:db8::1'), { code: 'too_many_unknown_names' });
  t.match(await admit(late, '2001:db8:0:1::1'), { status: 'admitted' }, 'from elsewhere');
  t.match(await admit(late, '2001:db8::1'), { status: 'admitted' }, 'and then from here');
  t.equal(asked.length, 14);
});

t.test('a name that is gone is unknown', async (t) => {
  const stored = [workflowSnapshot()];
  const { admit } = admission([], stored);
  const id = stored[0]?.id ?? '';
  t.match(await admit(id, '192.0.2.1'), { status: 'admitted' });
  stored.pop();
  for (let n = 0; n < 11; n++) t.match(await admit(id, '192.0.2.1'), { code: 'workflow_not_found' });
  t.match(await admit(id, '192.0.2.1'), { code: 'too_many_unknown_names' });
});

t.test('the first reason counts', async (t) => {
  const closed = { isActive: false, webhookEnabled: false, config: { ipAllowlist: ['192.0.2.1'] } };
  const cases: [Partial<WorkflowSnapshot>, string][] = [
    [closed, 'workflow_inactive'],
    [{ ...closed, isActive: true }, 'webhook_disabled'],
    [{ ...closed, isActive: true, webhookEnabled: true }, 'ip_not_allowed'],
  ];
  for (const [overrides, code] of cases) {
    const workflow = workflowSnapshot(overrides);
    t.match(admission([workflow]).admit(workflow.id, '127.0.0.1'), {
      status: 'refused',
      code,
      policy: { workflow },
    });
  }
});

t.test('an address that failed too often has to wait, unless a sender is known there', (t) => {
  const workflow = workflowSnapshot();
  const { admit, failures } = admission([workflow]);
  const { door } = webhookPolicy(workflow, 1_000);
  failures.authenticated(door, '192.0.2.2');
  for (const address of ['192.0.2.1', '192.0.2.2']) failures.failed(door, address);
  t.match(admit(workflow.id, '192.0.2.1'), {
    status: 'refused',
    code: 'too_many_failures',
    policy: { workflow },
    retryAfterSeconds: 60,
  });
  t.match(admit(workflow.id, '192.0.2.2'), { status: 'admitted' });
  t.match(admit(workflow.id, '192.0.2.3'), { status: 'admitted' });
  t.end();
});

t.test('an organization that stored as much today as it may', (t) => {
  const [workflow, neighbour] = [workflowSnapshot(), workflowSnapshot()];
  const { admit, budgets } = admission([workflow, neighbour]);
  const stored = budgets.daily('stored_bytes');
  stored.spend(workflow.organizationId, DEFAULT_LIMITS.stored_bytes - 1);
  t.match(admit(workflow.id, '192.0.2.1'), { status: 'admitted' });
  stored.spend(workflow.organizationId, 1);
  const refused = admit(workflow.id, '192.0.2.1');
  t.match(refused, { status: 'refused', code: 'storage_budget_exceeded', policy: { workflow } });
  const { retryAfterSeconds } = refused as { retryAfterSeconds: number };
  t.ok(retryAfterSeconds >= 1 && retryAfterSeconds <= 3_600);
  t.match(admit(neighbour.id, '192.0.2.1'), { status: 'admitted' });
  t.end();
});
