import { Listener } from '../../src/store/listener.ts';
import { eventually } from '../helpers/eventually.ts';
import { createTestDatabase, startTestCluster } from '../helpers/postgres.ts';
import t, { type Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

/** A listener that notes what it hears. */
function listen(t: Test, url: string) {
  const heard: string[] = [];
  const events: string[] = [];
  const listener = new Listener({
    connectionString: url,
    channel: 'Some channel',
    onMessage: (payload) => heard.push(payload),
    onConnected: () => events.push(`connected, ${listener.isFresh() ? 'fresh' : 'not fresh'}`),
    onDisconnected: () => events.push(`disconnected, ${listener.isFresh() ? 'fresh' : 'not fresh'}`),
  });
  t.teardown(() => listener.stop());
  listener.start();
  return { listener, heard, events };
}

const notify = (url: string, payload: string) =>
  withClient(url, (client) => client.query('SELECT pg_notify($1, $2)', ['Some channel', payload]));

t.test('it hears what is committed', async (t) => {
  const { url } = await createTestDatabase(t);
  const { listener, heard, events } = listen(t, url);
  t.notOk(listener.isFresh(), 'not before it is connected');
  await eventually('it is fresh', () => listener.isFresh());
  t.same(events, ['connected, not fresh'], 'caches are emptied before they are used');
  await notify(url, 'workflow:1');
  await notify(url, '');
  await eventually('both are heard', () => heard.length === 2);
  t.same(heard, ['workflow:1', '']);
  await listener.stop();
  t.notOk(listener.isFresh());
});

t.test('a broken connection: not fresh, and connected again', async (t) => {
  const { url, terminateConnections } = await createTestDatabase(t);
  const { listener, heard, events } = listen(t, url);
  for (let round = 1; round <= 3; round++) {
    await eventually('it is fresh', () => listener.isFresh());
    await terminateConnections();
    await eventually('it notices', () => events.length >= 2 * round);
    t.same(events.slice(-1), ['disconnected, not fresh']);
  }
  await eventually('it is fresh again', () => listener.isFresh());
  await notify(url, 'after');
  await eventually('it hears', () => heard.length === 1);
});

t.test('a server that freezes: not fresh until it is back', async (t) => {
  const cluster = await startTestCluster(t);
  const { listener, heard, events } = listen(t, cluster.url);
  await eventually('it is fresh', () => listener.isFresh());
  await cluster.freeze();
  await eventually('it is not fresh any more', () => !listener.isFresh());
  await eventually('it gives the connection up', () => events.includes('disconnected, not fresh'));
  await cluster.thaw();
  await eventually('it is fresh again', () => listener.isFresh());
  t.equal(events.at(-1), 'connected, not fresh');
  await notify(cluster.url, 'after');
  await eventually('it hears', () => heard.includes('after'));
});

t.test('a server that is not there: it can be stopped', async (t) => {
  const { listener, events } = listen(t, 'postgres://x:y@127.0.0.1:1/z');
  await eventually('it has tried twice', () => events.length >= 2);
  t.notOk(listener.isFresh());
  await listener.stop();
  const { length } = events;
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(events.length, length);
});
