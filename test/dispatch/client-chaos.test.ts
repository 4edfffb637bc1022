import type { Socket } from 'node:net';
import fc from 'fast-check';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import { localClient, post, tcpServer } from './peers.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What a peer does once it has read a request. */
const BEHAVIOURS: Record<string, (socket: Socket) => void> = {
  answers: (socket) => socket.write(OK),
  'answers and closes': (socket) => socket.end(OK.replace('\r\n', '\r\nconnection: close\r\n')),
  'answers and hangs up without a word': (socket) => socket.end(OK),
  'answers and resets': (socket) => socket.write(OK, () => socket.resetAndDestroy()),
  'answers in part': (socket) => socket.end(OK.slice(0, -1)),
  'breaks off in the headers': (socket) => socket.end(OK.slice(0, 20)),
  resets: (socket) => socket.resetAndDestroy(),
  'is silent': () => undefined,
  'talks nonsense': (socket) => socket.write('nonsense\r\n\r\n'),
  'answers twice': (socket) => socket.write(OK + OK),
};

const call = fc.record({
  behaviour: fc.constantFrom(...Object.keys(BEHAVIOURS)),
  timeoutMs: fc.constantFrom(20, 100, 400),
});

t.test('whatever the peer does, every call ends, and "not sent" is certain', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 20, maxLength: 60 }),
      fc.constantFrom(1, 2, 5, undefined),
      async (calls, connectionsPerOrigin) => {
        const read = new Set<string>();
        const port = await tcpServer(t, (socket) => {
          socket.on('data', (chunk) => {
            for (const [, id = '', behaviour = ''] of chunk.toString().matchAll(/^x-call: (\d+) (.+)\r$/gm)) {
              read.add(id);
              BEHAVIOURS[behaviour]?.(socket);
            }
          });
        });
        const client = localClient(t, connectionsPerOrigin ? { connectionsPerOrigin } : {});
        const results = await Promise.all(
          calls.map(({ behaviour, timeoutMs }, id) =>
            client.send(
              post(`http://127.0.0.1:${port}/`, { timeoutMs, headers: [['x-call', `${id} ${behaviour}`]] }),
            ),
          ),
        );
        await client.close();
        results.forEach(({ status }, id) => {
          const wasRead = read.has(String(id));
          if (status === 'not_sent' && wasRead)
            throw new Error(`call ${id} was read, and reported as not sent`);
          if (status === 'response' && !wasRead) throw new Error(`call ${id} was answered, and never read`);
        });
      },
    ),
    { numRuns: fuzzRuns(15) },
  );
  t.pass('no call was reported wrongly');
});
