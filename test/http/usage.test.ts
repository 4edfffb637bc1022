import { ORGANIZATION_BUDGETS } from '../../src/domain/budgets.ts';
import { loadOwnLimits, OwnLimits } from '../../src/store/own-limits.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import { ADMIN_KEY, clientOf, itemsOf, setUp } from './management.ts';

t.test('an organization sees its own budgets, the admin key all', async (t) => {
  const { app, call, organizationId } = await setUp(t);
  const own = itemsOf(await call('GET', '/api/usage'));
  t.same(
    own.map(({ budget }) => budget),
    ORGANIZATION_BUDGETS,
  );
  t.ok(own.every((use) => use.organizationId === organizationId && use.used === 0));

  const admin = clientOf(app, ADMIN_KEY);
  const headers = { 'x-organization-id': organizationId };
  t.same(itemsOf(await admin('GET', '/api/usage', { headers })), own);
  const all = itemsOf(await admin('GET', '/api/usage'));
  t.notOk(
    all.some((use) => use.organizationId === organizationId),
    'it has used nothing yet',
  );
});

t.test('limits of its own are given by the admin key, and taken back', async (t) => {
  const { app, db, call, organizationId } = await setUp(t);
  const admin = clientOf(app, ADMIN_KEY);
  const path = `/api/organizations/${organizationId}`;
  const change = (budgets: object) => admin('PATCH', path, { body: { budgets } });

  t.match(await change({ diagnosis_ms: 100 }), {
    status: 200,
    json: { name: 'Test', budgets: { diagnosis_ms: 100 } },
  });
  t.same([...(await loadOwnLimits(db))], [[organizationId, { diagnosis_ms: 100 }]]);
  t.match(await admin('PATCH', path, { body: { name: 'Other' } }), {
    json: { budgets: { diagnosis_ms: 100 } },
  });
  t.same((await change({ diagnosis_ms: null })).json.budgets, {});
  t.equal((await loadOwnLimits(db)).size, 0);

  for (const bad of [{ diagnosis_ms: 0 }, { diagnosis_ms: '5' }, { diagnosis_ms: 1.5 }, { nonsense: 1 }]) {
    t.equal((await change(bad)).status, 400, JSON.stringify(bad));
  }
  t.equal((await admin('PATCH', path, { body: {} })).status, 400);
  t.equal((await call('PATCH', path, { body: { budgets: { diagnosis_ms: 5 } } })).status, 403);
});

t.test('limits are read again after a change, and after a failure', async (t) => {
  const answers = [
    new Error('away'),
    new Map([['a', { diagnosis_ms: 1 }]]),
    new Map([['a', { diagnosis_ms: 2 }]]),
  ];
  const errors: unknown[] = [];
  const limits = new OwnLimits({
    load: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? new Map();
    },
    onError: (error) => errors.push(error),
  });
  t.teardown(() => limits.stop());
  limits.clear();
  await eventually('the second reading', () => limits.of('a')?.diagnosis_ms === 1);
  t.equal(errors.length, 1);
  limits.invalidate();
  await eventually('the third', () => limits.of('a')?.diagnosis_ms === 2);
});
