import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { endsWithin, sleep, TimedOutError, within } from '../../src/queue/within.ts';
import t from '../helpers/tap.ts';

const never = new Promise<void>(() => {});

t.test('a result, an error, or the time limit: whichever is first', async (t) => {
  t.equal(await within(60_000, Promise.resolve(1), 'it'), 1);
  await t.rejects(within(60_000, Promise.reject(new Error('no')), 'it'), { message: 'no' });
  await t.rejects(within(1, never, 'it'), new TimedOutError('it took longer than 1 ms'));
  t.equal(await endsWithin(1, never, 'it'), false);
  t.equal(await endsWithin(60_000, Promise.resolve(), 'it'), true);
  await t.rejects(endsWithin(60_000, Promise.reject(new Error('no')), 'it'), { message: 'no' });
});

t.test('an answer that arrived while the event loop stood still is in time', async (t) => {
  const server = createServer((socket) => socket.end('answer')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  await once(client, 'connect');
  const answer = within(20, once(client, 'data'), 'the answer');
  // The server, in this process, answers in the first turn of the loop; then nothing moves for too long.
  setImmediate(() => {
    const endAt = performance.now() + 100;
    while (performance.now() < endAt);
  });
  t.equal(String((await answer)[0]), 'answer');
  client.destroy();
  server.close();
  await once(server, 'close');
});

t.test('a sleeper can be woken', async (t) => {
  const stop = new AbortController();
  const sleeping = sleep(60_000, stop.signal);
  stop.abort();
  await sleeping;
  await sleep(60_000, stop.signal);
  t.pass('and does not fall asleep again');
});
