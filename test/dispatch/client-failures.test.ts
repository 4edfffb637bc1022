import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post, tcpServer } from './peers.ts';

const SECRET_PATH = '/hook?token=very-secret';

t.test('a refused connection is not sent', async (t) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}${SECRET_PATH}`)), 'not_sent');
  t.equal(result.reason, 'refused');
  t.match(result.detail, /ECONNREFUSED/);
  t.notMatch(result.detail, /secret/);
});

t.test('a name that does not resolve is not sent', async (t) => {
  // A label of 64 characters is refused by the resolver itself, so no DNS server is asked.
  const host = `${'a'.repeat(64)}.invalid`;
  const result = as(await localClient(t).send(post(`http://${host}${SECRET_PATH}`)), 'not_sent');
  t.equal(result.reason, 'dns');
  t.notMatch(result.detail, /secret/);
});

t.test('an answer that does not come in time is lost', async (t) => {
  let arrived = false;
  const server = await httpServer(t, () => {
    arrived = true;
  });
  const result = as(await localClient(t).send(post(server.url + SECRET_PATH, { timeoutMs: 200 })), 'lost');
  t.equal(result.reason, 'timeout');
  t.notMatch(result.detail, /secret/);
  t.ok(arrived);
});

t.test('a peer that accepts and reads nothing is lost too', async (t) => {
  const port = await tcpServer(t, (socket) => socket.pause());
  const result = await localClient(t).send(
    post(`http://127.0.0.1:${port}`, { body: Buffer.alloc(8_000_000), timeoutMs: 200 }),
  );
  t.equal(as(result, 'lost').reason, 'timeout');
});

t.test('a connection that breaks after the request was read is lost', async (t) => {
  const reset = await tcpServer(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
  const end = await tcpServer(t, (socket) => socket.once('data', () => socket.end()));
  const half = await tcpServer(t, (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nx-')));
  for (const port of [reset, end, half]) {
    const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}${SECRET_PATH}`)), 'lost');
    t.equal(result.reason, 'connection_lost');
    t.notMatch(result.detail, /secret/);
  }
});

t.test('an answer that is not HTTP is lost', async (t) => {
  const answers = [
    'SSH-2.0-OpenSSH\r\n',
    `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(100_000)}\r\n\r\n`,
    'HTTP/1.1 100 Continue\r\n\r\n',
  ];
  for (const answer of answers) {
    const port = await tcpServer(t, (socket) => socket.once('data', () => socket.write(answer)));
    const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'lost');
    t.equal(result.reason, 'invalid_response');
    t.ok(result.detail.length <= 300);
  }
});

t.test('https to a port that speaks plain text is a TLS failure, not sent', async (t) => {
  const server = await httpServer(t, (_received, response) => response.end());
  const result = await localClient(t).send(post(server.url.replace('http:', 'https:') + SECRET_PATH));
  t.match(as(result, 'not_sent'), { reason: 'tls' });
  t.notMatch(as(result, 'not_sent').detail, /secret/);
});

t.test('a peer that refuses or leaves the TLS handshake is a TLS failure', async (t) => {
  const withoutCertificate = tls.createServer({}).listen(0, '127.0.0.1');
  withoutCertificate.on('tlsClientError', () => undefined);
  await once(withoutCertificate, 'listening');
  t.teardown(() => withoutCertificate.close());
  const leaving = await tcpServer(t, (socket) => socket.once('data', () => socket.end()));
  for (const port of [(withoutCertificate.address() as AddressInfo).port, leaving]) {
    t.equal(as(await localClient(t).send(post(`https://127.0.0.1:${port}`)), 'not_sent').reason, 'tls');
  }
});

t.test('a TLS handshake without end is not sent', async (t) => {
  const port = await tcpServer(t, () => undefined);
  const url = `https://127.0.0.1:${port}`;
  const slow = localClient(t);
  t.equal(as(await slow.send(post(url, { timeoutMs: 200 })), 'not_sent').reason, 'timeout');
  const impatient = localClient(t, { connectTimeoutMs: 200 });
  t.equal(as(await impatient.send(post(url)), 'not_sent').reason, 'connect_timeout');
});

t.test('a deadline that passes in the queue is not sent, and spares the connection', async (t) => {
  const open: (() => void)[] = [];
  const bodies: string[] = [];
  const server = await httpServer(t, ({ body }, response) => {
    bodies.push(body.toString());
    if (bodies.length === 1) open.push(() => response.end());
    else response.end();
  });
  const client = localClient(t, { connectionsPerOrigin: 1 });
  const first = client.send(post(server.url, { body: Buffer.from('first') }));
  const waiting = await client.send(post(server.url, { body: Buffer.from('second'), timeoutMs: 200 }));
  t.equal(as(waiting, 'not_sent').reason, 'timeout');
  const third = client.send(post(server.url, { body: Buffer.from('third') }));
  for (const answer of open) answer();
  t.equal(as(await first, 'response').statusCode, 200);
  t.equal(as(await third, 'response').statusCode, 200);
  t.same(bodies, ['first', 'third'], 'what waited too long never left');
  t.equal(server.connections(), 1, 'and its turn did not cost the connection');
});

t.test('a queue behind a connection that never comes about is not sent', async (t) => {
  const port = await tcpServer(t, () => undefined);
  const client = localClient(t, { connectionsPerOrigin: 2, connectTimeoutMs: 300 });
  const calls = Array.from({ length: 5 }, () => client.send(post(`https://127.0.0.1:${port}`)));
  const results = await Promise.all(calls);
  t.same(
    results.map((result) => as(result, 'not_sent').reason),
    Array.from({ length: 5 }, () => 'connect_timeout'),
  );
});
