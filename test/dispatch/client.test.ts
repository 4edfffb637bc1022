import { randomBytes } from 'node:crypto';
import { createClient } from '../../src/dispatch/client.ts';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post, type Received, tcpServer } from './peers.ts';

t.test('a delivery arrives byte for byte and its answer is recorded', async (t) => {
  let seen: Received | undefined;
  const server = await httpServer(t, (received, response) => {
    seen = received;
    response.writeHead(200, ['X-Answer', 'one', 'x-answer', 'two', 'Content-Type', 'application/json']);
    response.end('{"message":"Workflow was started"}');
  });
  const body = Buffer.concat([Buffer.from([0, 0xff, 0xfe, 0x0d, 0x0a]), randomBytes(5_000)]);
  const result = await localClient(t).send(
    post(`${server.url}/webhook/a%20b?q='x'&y=%2f&z`, {
      method: 'PUT',
      body,
      headers: [
        ['X-Signature', 'first'],
        ['content-TYPE', 'application/octet-stream'],
        ['x-signature', 'second'],
        ['X-Latin', 'caf\xe9'],
      ],
    }),
  );
  const response = as(result, 'response');
  t.equal(response.statusCode, 200);
  t.equal(response.body.toString(), '{"message":"Workflow was started"}');
  t.match(response, { truncated: false, bodyIncomplete: false });
  t.same(
    response.headers.filter(([name]) => name.toLowerCase() === 'x-answer'),
    [
      ['X-Answer', 'one'],
      ['x-answer', 'two'],
    ],
  );
  t.ok(Number.isInteger(response.durationMs) && response.durationMs >= 0);
  t.ok(seen?.body.equals(body), 'the same bytes');
  t.equal(seen?.method, 'PUT');
  t.equal(seen?.url, "/webhook/a%20b?q='x'&y=%2f&z", 'the query as it was written');
  const from = seen?.rawHeaders.indexOf('X-Signature') ?? -1;
  t.same(
    seen?.rawHeaders.slice(from, from + 8),
    [
      'X-Signature',
      'first',
      'content-TYPE',
      'application/octet-stream',
      'x-signature',
      'second',
      'X-Latin',
      'caf\xe9',
    ],
    'headers in their order and spelling, duplicates included',
  );
});

t.test('an empty body is sent as such, and a GET has none', async (t) => {
  const seen: Received[] = [];
  const server = await httpServer(t, (received, response) => {
    seen.push(received);
    response.end();
  });
  const client = localClient(t);
  as(await client.send(post(server.url, { body: null })), 'response');
  as(await client.send(post(server.url, { body: null, method: 'GET' })), 'response');
  const length = (received?: Received) =>
    received?.rawHeaders.findIndex((h) => h.toLowerCase() === 'content-length');
  t.not(length(seen[0]), -1);
  t.equal(length(seen[1]), -1);
});

t.test('redirects are not followed', async (t) => {
  let followed = false;
  const other = await httpServer(t, (_received, response) => {
    followed = true;
    response.end();
  });
  const server = await httpServer(t, (_received, response) => {
    response.writeHead(307, { location: other.url }).end();
  });
  const result = as(await localClient(t).send(post(server.url)), 'response');
  t.equal(result.statusCode, 307);
  t.notOk(followed);
});

t.test('informational answers are not the answer', async (t) => {
  const port = await tcpServer(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'response');
  t.equal(result.statusCode, 201);
  t.equal(result.body.toString(), 'ok');
});

t.test('a body that ends with the connection is complete', async (t) => {
  const port = await tcpServer(t, (socket) => {
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'));
  });
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'response');
  t.match(result, { statusCode: 200, truncated: false, bodyIncomplete: false });
  t.equal(result.body.toString(), 'all of it');
});

t.test('connections are used again', async (t) => {
  const server = await httpServer(t, (_received, response) => response.end('ok'));
  const client = localClient(t);
  for (let call = 0; call < 10; call++) as(await client.send(post(server.url)), 'response');
  // A connection is free one turn of the event loop after its answer, so the next call may open another.
  t.ok(server.connections() <= 2, `${server.connections()} connections`);
});

t.test('what cannot be sent as HTTP never reaches the network', async (t) => {
  const server = await httpServer(t, (_received, response) => response.end());
  const client = localClient(t);
  const host = new URL(server.url).host;
  const requests = [
    post('not a url'),
    post('ftp://127.0.0.1/'),
    post(`http://user:secret@${host}/`),
    post(server.url, { method: 'CONNECT' }),
    post(server.url, { method: 'BAD METHOD' }),
    post(server.url, { headers: [['x-a', 'line\nbreak']] }),
    post(server.url, { headers: [['bad name', 'x']] }),
    post(server.url, { headers: [['content-length', '1']] }),
  ];
  for (const request of requests) {
    const result = as(await client.send(request), 'not_sent');
    t.equal(result.reason, 'invalid_request');
    t.notMatch(result.detail, /secret/);
  }
  t.equal(server.connections(), 1, 'only the length mismatch is found after connecting');
});

t.test('close ends open calls and idle connections, and can be called twice', async (t) => {
  const port = await tcpServer(t, () => undefined);
  const client = createClient({ allowCidrs: ['127.0.0.1'], allowHosts: [] });
  const silent = await tcpServer(t, (socket) => socket.once('data', () => void client.close()));
  const handshaking = client.send(post(`https://127.0.0.1:${port}`));
  const [lost, notSent] = await Promise.all([client.send(post(`http://127.0.0.1:${silent}`)), handshaking]);
  t.equal(as(lost, 'lost').reason, 'connection_lost');
  t.equal(as(notSent, 'not_sent').reason, 'network');
  await client.close();
  t.equal(as(await client.send(post(`http://127.0.0.1:${port}`)), 'not_sent').reason, 'network');
});

t.test('a closed client holds no socket', async (t) => {
  let closed: Promise<unknown> | undefined;
  const port = await tcpServer(t, (socket) => {
    closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  const client = createClient({ allowCidrs: ['127.0.0.1/32'], allowHosts: [] });
  as(await client.send(post(`http://127.0.0.1:${port}`)), 'response');
  await client.close();
  await closed;
  t.pass('the peer saw it close');
});
