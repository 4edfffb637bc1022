import { createClient } from '../../src/dispatch/client.ts';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { createExecutor } from '../../src/execute/executor.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { box, expireLeases, insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';

t.test('a delivery under way here is not sent again here, although its lease has run out', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  let answer = () => {};
  const answered = new Promise<object>((resolve) => {
    answer = () => resolve({ status: 200 });
  });
  const receiver = await startReceiver(t, () => answered);
  const { workflowId } = await insertWorkflow(db, [receiver.url]);
  const executionId = await insertExecution(pool, workflowId);
  const client = createClient({ allowCidrs: ['127.0.0.0/8'], allowHosts: [] });
  t.teardown(() => client.close());
  const handle = createExecutor({
    db,
    client,
    expressions: createExpressions(),
    workflow: (id) => loadWorkflowSnapshot(db, box, id),
    offer: () => t.fail('the only delivery is sent with its execution'),
    onAttempt: () => undefined,
    onEnd: () => undefined,
    onLeaseError: (error) => t.fail(String(error)),
  });

  const first = handle({
    kind: 'execution',
    id: executionId,
    run: 1,
    organizationId: DEFAULT_ORGANIZATION_ID,
  });
  const [sent] = await receiver.waitFor('the delivery', (requests) => requests.length > 0 && requests);
  await expireLeases(db);
  await handle({
    kind: 'delivery',
    id: sent?.deliveryId ?? '',
    run: 1,
    organizationId: DEFAULT_ORGANIZATION_ID,
  });
  answer();
  await first;
  t.equal(receiver.requests.length, 1);
  const attempts = await db.selectFrom('delivery_attempts').select(['attempt', 'result']).execute();
  t.same(attempts, [{ attempt: 1, result: 'succeeded' }]);

  await handle({ kind: 'delivery', id: newId(), run: 1, organizationId: DEFAULT_ORGANIZATION_ID });
  t.equal(receiver.requests.length, 1, 'a job without a row does nothing');
});
