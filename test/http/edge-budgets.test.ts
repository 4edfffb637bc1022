import { connect, type Socket } from 'node:net';
import rawBody from 'fastify-raw-body';
import { type BudgetLimits, DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import type { App, AppOptions } from '../../src/http/app.ts';
import { collectBody } from '../../src/http/collect-body.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { eventually } from '../helpers/eventually.ts';
import { type RawConnection, rawConnection } from '../helpers/raw-http.ts';
import t, { type Test } from '../helpers/tap.ts';
import { edge, listen } from './edge.ts';

/** Each way in which a body is read. */
const READERS = ['/json', '/bytes', '/raw', '/late'] as const;

async function readers(app: App): Promise<void> {
  // Data, so that no limit of a route stands before the budgets.
  const config = { carries: 'data' } as const;
  app.post('/json', { config }, async () => ({}));
  app.post('/late', { config, onRequest: async () => held.wait() }, async () => ({}));
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => collectBody(payload, 1_000_000, done));
    scope.post('/bytes', { config }, async () => ({}));
    scope.post('/held', async () => {
      await held.wait();
      return {};
    });
  });
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
    await scope.register(rawBody, { global: false, encoding: false, runFirst: true, jsonContentTypes: [] });
    scope.post('/raw', { config: { ...config, rawBody: true } }, async () => ({}));
  });
}

/** What some routes wait for. */
const held = {
  waiting: [] as (() => void)[],
  wait: () => new Promise<void>((resolve) => held.waiting.push(resolve)),
  go() {
    for (const go of held.waiting.splice(0)) go();
  },
};

interface Limited {
  limits?: Partial<BudgetLimits>;
  options?: Partial<AppOptions>;
}

async function start(t: Test, { limits = {}, options = {} }: Limited) {
  const budgets = new Budgets({ limits: { ...DEFAULT_LIMITS, ...limits } });
  const { app } = await edge(t, { budgets, maxBodyBytes: 1_000_000, routes: readers, ...options });
  const url = `http://127.0.0.1:${await listen(app)}`;
  t.teardown(() => held.go());
  const used = (name: keyof BudgetLimits) =>
    [...budgets.concurrent(name).keys()].map((key) => budgets.concurrent(name).used(key));
  const unused = (name: keyof BudgetLimits) =>
    eventually(`${name} is given back`, () => used(name).length === 0);
  const open = async (): Promise<RawConnection> => {
    const connection = await rawConnection(url);
    t.teardown(() => connection.socket.destroy());
    return connection;
  };
  return { url, budgets, used, unused, open };
}

const head = (path: string, bytes: number, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n${more}\r\n`;
const json = (bytes: number) => `"${'a'.repeat(bytes - 2)}"`;
const closing = 'Connection: close\r\n';

for (const path of READERS) {
  t.test(`${path}: more bytes under way than one client may have`, async (t) => {
    const { budgets, used, unused, open } = await start(t, { limits: { body_bytes_per_client: 100_000 } });
    const first = await open();
    first.socket.write(head(path, 90_000, closing) + json(90_000).slice(0, 50_000));
    await eventually('the first half', () => used('body_bytes')[0] === 50_000);
    const second = await open();
    second.socket.write(head(path, 90_000) + json(90_000));
    await eventually(
      'it is over',
      () => budgets.shared().find((use) => use.budget === 'body_bytes_per_client')?.refused,
    );
    held.go();
    const refused = await second.answer();
    t.match(refused, { status: 429, headers: { connection: 'close' } });
    t.match(JSON.parse(refused.body), { code: 'too_many_bytes' });
    t.ok(Number(refused.headers['retry-after']) > 0);
    await second.closed;
    t.same(used('body_bytes_per_client'), [50_000]);
    first.socket.write(json(90_000).slice(50_000));
    held.go();
    t.equal((await first.answer()).status, 200);
    await unused('body_bytes');
    await unused('body_bytes_per_client');
  });
}

t.test('a refused body that does not end is answered all the same', async (t) => {
  const { used, open } = await start(t, { limits: { body_bytes_per_client: 100_000 } });
  const first = await open();
  first.socket.write(head('/bytes', 200_000) + json(200_000).slice(0, 90_000));
  await eventually('much of it', () => used('body_bytes')[0] === 90_000);
  const second = await open();
  second.socket.write(head('/json', 200_000) + json(200_000).slice(0, 50_000));
  t.equal((await second.answer()).status, 429);
  await second.closed;
});

t.test('more bytes than the process has for all', async (t) => {
  const { used, unused, open } = await start(t, { limits: { body_bytes: 100_000 } });
  const first = await open();
  first.socket.write(head('/bytes', 200_000, closing) + json(200_000).slice(0, 150_000));
  // What is alone may be larger: how large, says its route.
  await eventually('more than the budget', () => used('body_bytes')[0] === 150_000);
  const second = await open();
  second.socket.write(head('/json', 100) + json(100));
  const refused = await second.answer();
  t.match(refused, { status: 503, headers: { connection: 'close', 'retry-after': /\d/ } });
  t.match(JSON.parse(refused.body), { code: 'overloaded' });
  first.socket.write(json(200_000).slice(150_000));
  t.equal((await first.answer()).status, 200);
  await unused('body_bytes');
});

t.test('a body counts until its answer is out', async (t) => {
  const { used, unused, open } = await start(t, {});
  const { socket, answer } = await open();
  socket.write(head('/held', 500) + json(500));
  await eventually('it is handled', () => held.waiting.length > 0);
  t.same(used('body_bytes'), [500]);
  held.go();
  await answer();
  await unused('body_bytes');
});

t.test('uploads that break off give back what they took', async (t) => {
  const { used, unused, open } = await start(t, {});
  for (const path of ['/json', '/bytes', '/raw']) {
    for (const end of ['FIN', 'RST'] as const) {
      const { socket } = await open();
      socket.write(head(path, 90_000) + json(90_000).slice(0, 50_000));
      await eventually('some of it', () => used('body_bytes')[0] === 50_000);
      if (end === 'FIN') socket.end();
      else socket.resetAndDestroy();
      await unused('body_bytes');
      await unused('body_bytes_per_client');
    }
  }
});

t.test('requests that were pipelined give back what they took when their connection breaks', async (t) => {
  const { used, unused, open } = await start(t, {});
  const { socket } = await open();
  socket.write((head('/held', 100) + json(100)).repeat(20));
  await eventually('all of them', () => used('body_bytes')[0] === 2_000);
  socket.resetAndDestroy();
  await unused('body_bytes');
  await unused('connections');
});

t.test('more requests on one connection than anybody sends without an answer', async (t) => {
  const { open } = await start(t, {});
  const { socket, answer, closed } = await open();
  socket.write((head('/held', 2) + json(2)).repeat(101));
  await eventually('those that are handled', () => held.waiting.length === 100);
  held.go();
  for (let i = 0; i < 100; i++) t.equal((await answer()).status, 200);
  const refused = await answer();
  t.equal(refused.status, 429);
  t.match(JSON.parse(refused.body), { code: 'too_many_connections' });
  await closed;
});

const body = { spanMs: 300, minBytes: 1_000, checkEveryMs: 20 };

t.test('a body that hardly comes is cut off', async (t) => {
  const { unused, open } = await start(t, { options: { timeouts: { body } } });
  for (const path of ['/json', '/bytes', '/raw']) {
    const { socket, answer, closed } = await open();
    socket.write(head(path, 90_000) + json(90_000).slice(0, 50_000));
    const drip = setInterval(() => socket.write('a'), 20);
    const refused = await answer();
    clearInterval(drip);
    t.match(refused, { status: 408, headers: { connection: 'close' } }, path);
    t.match(JSON.parse(refused.body), { code: 'request_timeout' });
    await closed;
    await unused('body_bytes');
  }
});

t.test('a body that nobody reads yet is not too slow', async (t) => {
  const { open } = await start(t, { options: { timeouts: { body } } });
  const { socket, answer } = await open();
  socket.write(head('/late', 90_000) + json(90_000).slice(0, 100));
  await eventually('it waits', () => held.waiting.length > 0);
  await new Promise((resolve) => setTimeout(resolve, body.spanMs * 3));
  socket.write(json(90_000).slice(100));
  held.go();
  t.equal((await answer()).status, 200);
});

t.test('connections of one client', async (t) => {
  const { url, open, used } = await start(t, { limits: { connections_per_client: 2 } });
  const [first] = [await open(), await open()];
  const third = await open();
  const refused = await third.answer();
  t.match(refused, { status: 429, headers: { 'retry-after': '5', connection: 'close' } });
  t.match(JSON.parse(refused.body), { code: 'too_many_connections' });
  await third.closed;
  const neighbour = connect({
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    localAddress: '127.0.0.2',
  });
  t.teardown(() => neighbour.destroy());
  t.match(await firstAnswer(neighbour), /^HTTP\/1\.1 200/);
  first?.socket.destroy();
  await eventually('a place', () => used('connections_per_client').every((count) => count < 2));
  t.equal((await get(await open())).status, 200);
});

t.test('connections of all clients', async (t) => {
  const { open } = await start(t, { limits: { connections: 2 } });
  await open();
  await open();
  const third = await open();
  t.match(await third.answer(), { status: 503, headers: { 'retry-after': '5', connection: 'close' } });
  await third.closed;
});

t.test('behind a proxy the clients count by their requests, and the proxy does not', async (t) => {
  const { open, used, unused } = await start(t, {
    limits: { connections_per_client: 2 },
    options: { trustProxy: { addresses: ['127.0.0.1'], hops: null } },
  });
  const from = (client: string) => `X-Forwarded-For: ${client}\r\n`;
  const send = async (path: string, client: string) => {
    const connection = await open();
    connection.socket.write(head(path, 2, from(client)) + json(2));
    return connection;
  };
  const first = await send('/held', '203.0.113.7');
  await send('/held', '203.0.113.7');
  await eventually('both', () => held.waiting.length === 2);
  t.same(used('connections_per_client'), [2]);
  t.match(await (await send('/json', '203.0.113.7')).answer(), { status: 429 });
  t.equal((await (await send('/json', '203.0.113.8')).answer()).status, 200);
  t.equal((await (await send('/json', '2001:db8::1')).answer()).status, 200);
  first.socket.resetAndDestroy();
  await eventually('a place', () => used('connections_per_client')[0] === 1);
  t.equal((await (await send('/json', '203.0.113.7')).answer()).status, 200);
  held.go();
  await unused('connections_per_client');
});

async function get({ socket, answer }: RawConnection) {
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  return answer();
}

function firstAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (data) => resolve(String(data)));
    socket.once('error', reject);
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  });
}
