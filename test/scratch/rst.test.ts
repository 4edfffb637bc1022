import { connect } from 'node:net';
import t from 'tap';
import { startJourney } from '../helpers/journey.ts';
import { eventually } from '../helpers/eventually.ts';
import { withClient } from '../helpers/template.ts';
t.test('rst', async (t) => {
  const j = await startJourney(t);
  const w = await j.api.createWorkflow({ webhook: { authType: 'none', ipAllowlist: ['127.0.0.1'] } });
  const port = Number(new URL(j.url).port);
  for (let i = 0; i < 300; i++) {
    await new Promise<void>((resolve) => {
      const s = connect(port, '127.0.0.1', () => {
        s.write(`POST /api/webhooks/${w.id} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`, () => { s.resetAndDestroy(); resolve(); });
      });
      s.on('error', () => {});
    });
  }
  await eventually('x', async () => (await j.api.logs({ workflowId: w.id })).length > 100, { withinMs: 3000 }).catch(() => 0);
  const rows = await withClient(j.databaseUrl, (c) => c.query('select source_ip, status_code, error_code, count(*) from webhook_logs group by 1,2,3'));
  console.log(rows.rows);
  const msgs: Record<string, number> = {}; for (const l of j.logs) { const k = `${l.msg} ${l.statusCode} ${l.code} ${(l.err as Error)?.message}`; msgs[k] = (msgs[k] ?? 0) + 1; } console.log(msgs);
});
