import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

const { api, databaseUrl } = await startJourney(t);

const CALLS = 12;

t.test('calls of the API that take all the time there is keep no webhook waiting', async (t) => {
  const { id } = await api.createWorkflow({ webhook: { authType: 'none' } });
  await withClient(databaseUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE data_sync_configs IN ACCESS EXCLUSIVE MODE');
    const calls = Array.from({ length: CALLS }, () => api.call('GET', '/api/data-sync-configs'));
    await eventually('they wait', async () => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
      );
      return rows.length >= 3;
    });
    // Nobody has asked for it yet: the workflow is not in memory.
    t.equal((await api.send(id)).status, 200);
    t.equal((await api.call('GET', '/readyz')).status, 200);
    await client.query('ROLLBACK');
    for (const { status } of await Promise.all(calls)) t.ok([200, 503].includes(status), `${status}`);
  });
});
