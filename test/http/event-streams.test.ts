import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { readEvents } from '../helpers/event-stream.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { eventsPath, FEED, setUpLive, told } from './live.ts';
import { insertOrganization } from './management.ts';

const BEAT = ':\n\n';

t.test('a client that goes away is forgotten', async (t) => {
  const { execute, read, eventStreams } = await setUpLive(t);
  const path = eventsPath(await execute());
  const readers = [await read(path), await read(path)];
  t.equal(eventStreams.size, 2);
  readers[0]?.close();
  await eventually('one is left', () => eventStreams.size === 1);
  readers[1]?.close();
  await eventually('none is left', () => eventStreams.size === 0);
});

t.test('as many streams as there may be', async (t) => {
  const { execute, read, call } = await setUpLive(t, { maxStreams: 2 });
  const path = eventsPath(await execute());
  const first = await read(path);
  await read(path);
  const refused = await call('GET', path);
  t.match(refused, { status: 503, json: { code: 'too_many_streams' }, headers: { 'retry-after': /^\d+$/ } });
  first.close();
  const again = await eventually('there is room again', async () => {
    const reader = await read(path);
    return reader.status === 200 && reader;
  });
  await again.at(0);
});

t.test('as many streams as an organization may have, and no fewer for another', async (t) => {
  const { db, app, execute, read, call, budgets, organizationId } = await setUpLive(
    t,
    {},
    { event_streams: 2 },
  );
  const path = eventsPath(await execute());
  const first = await read(path);
  await read(FEED);
  const refused = await call('GET', FEED);
  t.match(refused, { status: 429, json: { code: 'budget_exceeded', detail: /event streams/ } });
  t.match(refused.headers, { 'retry-after': /^\d+$/ });
  t.equal((await call('GET', path)).status, 429);
  t.match(
    budgets.ofOrganization(organizationId).find(({ budget }) => budget === 'event_streams'),
    { used: 2, limit: 2, refused: 2 },
  );
  const other = await insertOrganization(db);
  const { port } = app.server.address() as AddressInfo;
  const neighbour = await readEvents(t, { url: `http://127.0.0.1:${port}${FEED}`, key: other.key });
  t.equal(neighbour.status, 200);
  first.close();
  await eventually('there is room again', async () => {
    const reader = await read(FEED);
    return reader.status === 200;
  });
});

t.test('a key that changes is asked about at once', async (t) => {
  const { db, execute, read, eventStreams } = await setUpLive(t);
  const [reader, feed] = [await read(eventsPath(await execute())), await read(FEED)];
  await reader.at(0);
  eventStreams.recheck();
  await sql`UPDATE api_keys SET scopes = '{logs:read}'`.execute(db);
  eventStreams.recheck();
  t.equal(await reader.ended, 'complete');
  t.equal(await feed.ended, 'complete');
  t.notMatch(reader.text, BEAT, 'long before the first heartbeat');
});

t.test('a key that expires hears no more from then on', async (t) => {
  const { db, read } = await setUpLive(t);
  await sql`UPDATE api_keys SET expires_at = now() + interval '5 s'`.execute(db);
  const feed = await read(FEED);
  t.equal(feed.status, 200);
  t.equal(await feed.ended, 'complete');
  t.notMatch(feed.text, BEAT);
});

t.test('a key that is revoked or has expired hears no more', async (t) => {
  const { db, execute, read } = await setUpLive(t, { heartbeatMs: 50 });
  const id = await execute();
  const reader = await read(eventsPath(id));
  await eventually('it was asked for and found valid', () => reader.text.split(BEAT).length > 2);
  await sql`UPDATE api_keys SET expires_at = now() - interval '1 s'`.execute(db);
  t.equal(await reader.ended, 'complete');
  t.same(told(reader), ['0 transition queued'], 'without an end of the execution');
  t.equal((await read(eventsPath(id))).status, 401);
});

t.test('the database goes away and comes back', async (t) => {
  const { database, execute, move, read } = await setUpLive(t, { heartbeatMs: 50 });
  const id = await execute();
  const [reader, feed] = [await read(eventsPath(id)), await read(FEED)];
  await reader.at(0);
  const allowConnections = (allowed: boolean) =>
    withClient(database.adminUrl, (client) =>
      client.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS ${allowed}`),
    );
  await allowConnections(false);
  await database.terminateConnections();
  const beats = () => reader.text.split(BEAT).length;
  const before = beats();
  await eventually('the streams live on', () => beats() > before + 2);
  await allowConnections(true);
  await eventually('it is back', async () => {
    await move(id, ['running']);
    return true;
  });
  await move(id, ['succeeded']);
  t.equal(await reader.ended, 'complete');
  t.same(told(reader).slice(1), ['1 transition running', '2 transition succeeded', 'null end succeeded']);
  await feed.at(1);
  t.same(told(feed), ['null transition running', 'null transition succeeded']);
});

t.test('a client that never reads is cut, and others go on', async (t) => {
  const { execute, move, read, hang, eventStreams } = await setUpLive(t);
  const id = await execute();
  const reader = await read(FEED);
  await hang(FEED);
  await hang(eventsPath(id));
  t.equal(eventStreams.size, 3);
  // More than the kernel keeps for both ends of a connection.
  const outcome = 'x'.repeat(2_000_000);
  let moves = 0;
  await eventually('it was cut', async () => {
    await move(id, [moves % 2 === 0 ? 'running' : 'retrying'], outcome);
    moves += 1;
    await reader.at(moves - 1);
    return eventStreams.size < 3;
  });
  t.equal(eventStreams.size, 2, 'who follows one execution takes what it can, when it can');
  await move(id, [moves % 2 === 0 ? 'running' : 'retrying', 'succeeded'], null);
  t.match(await reader.at(moves + 1), { data: { to: 'succeeded' } });
});

t.test('a client that takes nothing for many heartbeats is cut', async (t) => {
  const { execute, move, hang, eventStreams } = await setUpLive(t, { heartbeatMs: 50 });
  const id = await execute();
  for (let n = 0; n < 20; n++) {
    await move(id, [n % 2 === 0 ? 'running' : 'retrying'], 'x'.repeat(1_000_000));
  }
  await hang(eventsPath(id));
  await eventually('it was cut', () => eventStreams.size === 0);
});

t.test('stopping ends streams, which hold nothing up', async (t) => {
  const { app, execute, read, eventStreams, call } = await setUpLive(t);
  const path = eventsPath(await execute());
  const readers = [await read(path), await read(FEED)];
  eventStreams.stop();
  for (const reader of readers) t.equal(await reader.ended, 'complete');
  t.match(await call('GET', path), { status: 503, json: { code: 'shutting_down' } });
  await app.close();
});
