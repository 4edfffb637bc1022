import { newId } from '../../src/domain/ids.ts';
import { readEvents } from '../helpers/event-stream.ts';
import t from '../helpers/tap.ts';
import { listen } from './edge.ts';
import { FEED, setUpLive, told } from './live.ts';
import { clientOf, idOf, insertOrganization, startInstance } from './management.ts';

t.test('the feed tells what happens, of one workflow or of all', async (t) => {
  const { read, execute, move, createWorkflow, workflowId, another } = await setUpLive(t);
  const otherWorkflow = await createWorkflow('other');
  const [mine, theirs] = [await execute(), await execute(otherWorkflow)];
  await move(mine, ['running']);
  const elsewhere = await another();
  const all = await read(FEED);
  const one = await read(`${FEED}?workflowId=${workflowId.toUpperCase()}`);
  const there = await elsewhere.read(FEED, { 'last-event-id': 'ignored' });
  t.match(all.headers, { 'content-type': 'text/event-stream', 'x-request-id': /./ });
  await move(theirs, ['running', 'succeeded']);
  await elsewhere.call('POST', `/api/executions/${mine}/cancel`);
  const expected = ['null transition running', 'null transition succeeded', 'null transition cancelled'];
  for (const reader of [all, there]) {
    await reader.at(2);
    t.same(told(reader), expected, 'live only, each once, without ids');
  }
  await one.at(0);
  t.same(
    one.events.map(({ data }) => data),
    all.events.slice(2).map(({ data }) => data),
  );
  t.match(one.events[0]?.data, { executionId: mine, workflowId, seq: 2, from: 'running', to: 'cancelled' });
});

t.test('a feed that is opened beside another begins with it', async (t) => {
  const { read, execute, move } = await setUpLive(t);
  const id = await execute();
  const first = await read(FEED);
  await move(id, ['running', 'retrying']);
  await first.at(1);
  const second = await read(FEED);
  await move(id, ['running']);
  await second.at(0);
  await first.at(2);
  t.equal(told(second).length, 1, 'what was before is no news');
});

t.test('nobody hears of another organization', async (t) => {
  const { app, db, call, read, execute, move, workflowId } = await setUpLive(t);
  const { key } = await insertOrganization(db);
  const stranger = clientOf(app, key);
  t.match(await stranger('GET', `${FEED}?workflowId=${workflowId}`), {
    status: 404,
    json: { code: 'workflow_not_found' },
  });
  t.equal((await call('GET', `${FEED}?workflowId=${newId()}`)).status, 404);
  t.match(await call('GET', `${FEED}?workflow=${workflowId}`), { status: 400 });
  t.match(await call('GET', `${FEED}?workflowId=x`), { status: 400 });

  const own = await read(FEED);
  const { app: second } = await startInstance(t, db);
  const url = `http://127.0.0.1:${await listen(second)}${FEED}`;
  const strangers = await readEvents(t, { url, key });
  t.equal(strangers.status, 200);
  const id = await execute();
  await move(id, ['running', 'succeeded']);
  const foreign = idOf(await stranger('POST', '/api/workflows', { body: { name: 'b' } }));
  const execution = String((await stranger('POST', `/api/workflows/${foreign}/execute`)).json.executionId);
  await move(execution, ['running']);
  await strangers.at(0);
  await own.at(1);
  t.same(
    strangers.events.map(({ data }) => data.executionId),
    [execution],
  );
  t.same(
    own.events.map(({ data }) => data.executionId),
    [id, id],
  );
});
