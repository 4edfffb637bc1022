import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startPgbouncer } from '../helpers/pgbouncer.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import t from '../helpers/tap.ts';

t.test('behind a pgbouncer that pools transactions, with the queue in Postgres', async (t) => {
  const { url } = await createTestDatabase(t);
  const pooled = await startPgbouncer(t, url);
  if (pooled === null) return;
  const { api } = await startJourney(t, { env: { DATABASE_URL: pooled, DATABASE_DIRECT_URL: url } });
  await eventually('it is ready', async () => (await api.call('GET', '/readyz')).status === 200);
  const { id } = await api.createWorkflow({
    webhook: { authType: 'none', dedup: { source: 'header:x-event' } },
  });
  const body = JSON.stringify({ order: 1 });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, event) => api.send(id, { body, headers: { 'x-event': `${event}` } })),
  );
  t.ok(answers.every(({ status }) => status === 200));
  t.equal((await api.send(id, { body, headers: { 'x-event': '1' } })).status, 200, 'a duplicate');
  t.equal((await api.send(id, { body })).status, 200);
  t.ok((await api.logs({ workflowId: id })).length >= 40);
  // There is no trigger, so a worker that takes one from the queue has nothing more to do.
  await eventually('the executions end', async () => {
    const ended = (await api.executions({ workflowId: id })).filter(({ status }) => status === 'succeeded');
    return ended.length === 41;
  });
});
