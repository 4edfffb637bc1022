import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

interface Usage {
  data: { budget: string; used: number; refused: number; nearlyUsedUp: boolean }[];
}

t.test(
  'what an organization stores in a day is counted over its processes, warned of, and bounded',
  async (t) => {
    const env = {
      STORED_BYTES_PER_DAY: '1048576',
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADMIN_API_KEY: 'the-same-admin-key-for-all-of-them',
    };
    const one = await startJourney(t, { env });
    const other = await startJourney(t, { env: { ...env, DATABASE_URL: one.databaseUrl } });
    const workflow = await one.api.createWorkflow({ webhook: { authType: 'none' } });
    const send = ({ api }: typeof one) => api.send(workflow.id, { body: Buffer.alloc(300_000, 97) });
    const usage = async ({ api }: typeof one) => {
      const { data } = (await api.call<Usage>('GET', '/api/usage')).body;
      return data.find(({ budget }) => budget === 'stored_bytes');
    };
    for (const process of [one, one, other]) t.equal((await send(process)).status, 200);
    await eventually('each knows of all', async () => {
      const uses = await Promise.all([usage(one), usage(other)]);
      return uses.every((use) => use !== undefined && use.used > 900_000 && use.nearlyUsedUp);
    });
    for (const { logs } of [one, other]) {
      t.match(
        logs.filter(({ msg }) => msg === 'budget.nearly_used_up'),
        [{ level: 'warn', budget: 'stored_bytes', limit: 1_048_576 }],
      );
    }
    t.equal((await send(other)).status, 200, 'what begins within the budget ends');
    await eventually('then it is used up everywhere', async () => (await send(one)).status === 429);
    t.match(await send(other), { status: 429, body: { code: 'storage_budget_exceeded' } });
    const execute = `/api/workflows/${workflow.id}/execute`;
    t.match(await one.api.call('POST', execute, { json: {} }), {
      status: 429,
      body: { code: 'storage_budget_exceeded' },
    });
    const organization = '00000000-0000-7000-8000-000000000001';
    await one.api.call('PATCH', `/api/organizations/${organization}`, {
      json: { budgets: { stored_bytes: 1e9 } },
    });
    await eventually('the admin gave it more', async () => (await send(other)).status === 200);
    await Promise.all([one.close(), other.close()]);
    const { rows } = await withClient(one.databaseUrl, (client) =>
      client.query(
        'SELECT sum(amount)::int AS written, (SELECT sum(body_bytes)::int FROM webhook_logs WHERE error_code IS NULL) AS bodies FROM daily_use',
      ),
    );
    t.ok(rows[0].written >= rows[0].bodies, 'nothing is lost when they end');
  },
);
