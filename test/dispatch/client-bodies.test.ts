import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post, tcpServer } from './peers.ts';

const CAP = 65_536;

t.test('a body over the cap is cut; one of exactly the cap is whole', async (t) => {
  const server = await httpServer(t, ({ body }, response) =>
    response.end(Buffer.alloc(Number(body.toString()), 'x')),
  );
  const client = localClient(t);
  const whole = as(await client.send(post(server.url, { body: Buffer.from(String(CAP)) })), 'response');
  t.match(whole, { truncated: false, bodyIncomplete: false });
  t.equal(whole.body.length, CAP);
  const cut = as(await client.send(post(server.url, { body: Buffer.from(String(CAP + 1)) })), 'response');
  t.match(cut, { truncated: true, bodyIncomplete: false, statusCode: 200 });
  t.equal(cut.body.length, CAP);
  const small = localClient(t, { maxResponseBytes: 10 });
  t.equal(as(await small.send(post(server.url, { body: Buffer.from('100') })), 'response').body.length, 10);
});

t.test('an endless body ends at the cap and so does its connection', async (t) => {
  let closed: Promise<unknown> | undefined;
  const port = await tcpServer(t, (socket) => {
    closed = new Promise((resolve) => socket.once('close', resolve));
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const pump = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      socket.on('drain', pump);
      pump();
    });
  });
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'response');
  t.match(result, { statusCode: 200, truncated: true, bodyIncomplete: false });
  t.equal(result.body.length, CAP);
  await closed;
  t.pass('the peer cannot go on sending');
});

t.test('an answer whose body breaks off is still an answer', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n';
  const port = await tcpServer(t, (socket) => socket.once('data', () => socket.end(`${head}only this`)));
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'response');
  t.match(result, { statusCode: 200, truncated: false, bodyIncomplete: true });
  t.equal(result.body.toString(), 'only this');
});

t.test('an answer whose body does not end in time is still an answer', async (t) => {
  const head = 'HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\n';
  const port = await tcpServer(t, (socket) => socket.once('data', () => socket.write(`${head}part`)));
  const result = await localClient(t).send(post(`http://127.0.0.1:${port}`, { timeoutMs: 300 }));
  t.match(as(result, 'response'), { statusCode: 202, truncated: false, bodyIncomplete: true });
  t.equal(as(result, 'response').body.toString(), 'part');
});

t.test('an answer whose chunks are broken is still an answer', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n';
  const port = await tcpServer(t, (socket) => socket.once('data', () => socket.write(`${head}nonsense\r\n`)));
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'response');
  t.match(result, { statusCode: 200, bodyIncomplete: true });
  t.equal(result.body.toString(), 'hello');
});

t.test('compressed answers are decoded', async (t) => {
  const text = Buffer.from('{"message":"héllo"}'.repeat(100));
  const coded: Record<string, Buffer> = {
    gzip: gzipSync(text),
    'X-GZIP': gzipSync(text),
    deflate: deflateSync(text),
    'deflate ': deflateRawSync(text),
    br: brotliCompressSync(text),
    identity: text,
  };
  const server = await httpServer(t, ({ body }, response) => {
    const coding = body.toString();
    response.setHeader('content-encoding', coding).end(coded[coding]);
  });
  const client = localClient(t);
  for (const coding of Object.keys(coded)) {
    const result = as(await client.send(post(server.url, { body: Buffer.from(coding) })), 'response');
    t.ok(result.body.equals(text), coding);
    t.match(result, { truncated: false, bodyIncomplete: false });
  }
});

t.test('what cannot be decoded stays the bytes that came', async (t) => {
  const bytes = Buffer.from('this is no compressed data at all');
  const server = await httpServer(t, ({ body }, response) => {
    response.setHeader('content-encoding', body.toString()).end(bytes);
  });
  const client = localClient(t);
  for (const coding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, br', 'unheard-of']) {
    const result = as(await client.send(post(server.url, { body: Buffer.from(coding) })), 'response');
    t.ok(result.body.equals(bytes), coding);
  }
});

t.test('a small answer does not unfold into a huge one', async (t) => {
  const zeros = Buffer.alloc(40_000_000);
  const bombs = { gzip: gzipSync(zeros), br: brotliCompressSync(zeros) };
  for (const [coding, bomb] of Object.entries(bombs)) {
    t.ok(bomb.length < CAP, 'small on the wire');
    const server = await httpServer(t, (_received, response) => {
      response.setHeader('content-encoding', coding).end(bomb);
    });
    const result = as(await localClient(t).send(post(server.url)), 'response');
    t.equal(result.body.length, CAP, coding);
    t.match(result, { truncated: true, bodyIncomplete: false });
  }
});

t.test('a compressed body that breaks off is decoded as far as it came', async (t) => {
  const text = Array.from({ length: 5_000 }, (_, index) => `line ${index * 7919}`).join('\n');
  const whole = gzipSync(text);
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${whole.length}\r\n\r\n`;
  const port = await tcpServer(t, (socket) =>
    socket.once('data', () => {
      socket.write(head);
      socket.end(whole.subarray(0, whole.length / 2));
    }),
  );
  const result = as(await localClient(t).send(post(`http://127.0.0.1:${port}`)), 'response');
  t.match(result, { bodyIncomplete: true });
  t.ok(result.body.length > 1_000);
  t.ok(text.startsWith(result.body.toString()));
});
