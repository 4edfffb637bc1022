import { startService } from '../../helpers/service.ts';
import t from '../../helpers/tap.ts';

// For Ctrl-C: a service with an embedded Postgres of its own, and a test that goes on.
t.setTimeout(600_000);

t.test('one that is interrupted', async (t) => {
  const service = await startService(t);
  console.error(`the service runs: ${service.pid}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
