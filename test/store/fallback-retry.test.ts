import { sql } from 'kysely';
import { recordAttempts } from '../../src/store/record.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { attempt, exhausted } from '../http/worker.ts';
import { seen, succeeded, withFallback } from './fallen.ts';

t.test('a retry begins anew at the original, and its fallbacks follow under their ids', async (t) => {
  const { rows, send, state, retry, fallback, others } = await withFallback(t, ([b]) => [
    { type: 'endpoint', endpointId: b },
  ]);
  await send(0, exhausted);
  await send(1, exhausted);
  const [original, second] = await rows();
  t.match(await retry(), {
    status: 'queued',
    work: [{ kind: 'execution' }, { kind: 'delivery', id: original?.id, run: 2 }],
  });
  t.same(seen(await rows()), [
    [0, 'pending', false],
    [1, 'dead_lettered', true],
  ]);
  await fallback([{ type: 'endpoint', endpointId: others[1] }]);
  await send(0, exhausted, 2);
  t.match((await rows())[1], {
    id: second?.id,
    endpoint_id: others[1],
    run: 2,
    state: 'pending',
    run_attempts: 0,
    attempts: 1,
    is_superseded: false,
    outcome: null,
  });
  t.match(await send(1, succeeded, 2), { state: 'succeeded' });
  t.equal(await state(), 'succeeded');
});

t.test('a retry leaves alone what a fallback took', async (t) => {
  const { db, rows, claim, retry, state } = await withFallback(
    t,
    ([b]) => [{ type: 'endpoint', endpointId: b }],
    {
      triggers: 2,
    },
  );
  const both = await Promise.all((await rows()).map(({ id }) => claim(id)));
  await recordAttempts(
    db,
    both.map((delivery) => attempt(delivery, exhausted)),
  );
  const stoodIn = (await rows()).filter((row) => row.fallback_step === 1);
  const again = await Promise.all(stoodIn.map(({ id }) => claim(id)));
  await recordAttempts(
    db,
    again.map((delivery, i) => attempt(delivery, i === 0 ? exhausted : succeeded)),
  );
  t.equal(await state(), 'dead_lettered');
  const result = await retry();
  const lost = stoodIn[0]?.fallback_of;
  t.same(
    result.status === 'queued' && result.work.flatMap(({ kind, id }) => (kind === 'delivery' ? [id] : [])),
    [lost],
  );
  t.same((await rows()).map((row) => [row.state, row.is_superseded]).sort(), [
    ['dead_lettered', true],
    ['dead_lettered', true],
    ['pending', false],
    ['succeeded', false],
  ]);
});

t.test('the snapshot has the endpoints of fallbacks whole, and triggers that are off', async (t) => {
  const { db, workflowId, others, triggers } = await withFallback(t, ([b, c]) => [
    { type: 'endpoint', endpointId: b },
    { type: 'alert', endpointId: c },
    { type: 'dead_letter' },
  ]);
  await sql`UPDATE workflow_triggers SET is_active = false WHERE workflow_id = ${workflowId}`.execute(db);
  const snapshot = await loadWorkflowSnapshot(db, box, workflowId);
  t.match(snapshot?.triggers, [
    {
      id: triggers[0]?.triggerId,
      isActive: false,
      endpoint: { id: triggers[0]?.endpointId },
      fallbackEndpoints: [
        { id: others[0], url: 'http://127.0.0.1:2/b', secret: 'endpoint secret', isActive: true },
      ],
    },
  ]);
  t.equal(snapshot?.triggers[0]?.fallbackEndpoints.length, 1, 'whom an alert goes to is no place to deliver');
});
