import { connect } from 'node:net';
import t, { type Test } from '../helpers/tap.ts';
import { edge, exchange, listen } from './edge.ts';

const timeouts = { requestMs: 400, headersMs: 300, checkEveryMs: 50 };

const isProblem = (t: Test, answer: Awaited<ReturnType<typeof exchange>>, status: number, code: string) => {
  t.equal(answer.status, status);
  t.match(answer.headers['content-type'], /^application\/problem\+json/);
  t.match(answer.headers['x-request-id'], /^[A-Za-z0-9-]+$/);
  const body = JSON.parse(answer.body);
  t.match(body, { status, code, requestId: answer.headers['x-request-id'] });
  t.equal(Number(answer.headers['content-length']), Buffer.byteLength(answer.body));
};

t.test('bytes that are not HTTP', async (t) => {
  const { app, lines } = await edge(t, {});
  const port = await listen(app);
  for (const bytes of [
    'hello\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ]) {
    isProblem(t, await exchange(port, bytes), 400, 'bad_request');
  }
  t.match(lines, { 1: { msg: 'http.client_error', reason: /^HPE_/ } });
});

t.test('two lengths for one body', async (t) => {
  const { app } = await edge(t, {});
  const smuggled =
    'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  isProblem(t, await exchange(await listen(app), smuggled), 400, 'bad_request');
});

t.test('headers larger than we read', async (t) => {
  const { app } = await edge(t, {});
  const answer = await exchange(
    await listen(app),
    `GET /livez?${'a=1&'.repeat(10_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  );
  isProblem(t, answer, 431, 'headers_too_large');
});

t.test('thousands of query parameters are only a long query', async (t) => {
  const { app } = await edge(t, {});
  const port = await listen(app);
  const head = 'HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  for (const query of [
    'a=1&'.repeat(3_500),
    'a&'.repeat(7_000),
    '&'.repeat(14_000),
    `a[]=1&a[b]=%zz&=&&__proto__=1`,
  ]) {
    const answer = await exchange(port, `GET /livez?${query} ${head}`);
    t.equal(answer.status, 200);
  }
});

t.test('a request without Host', async (t) => {
  const { app } = await edge(t, {});
  const port = await listen(app);
  isProblem(t, await exchange(port, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'), 400, 'bad_request');
  t.equal((await exchange(port, 'GET /livez HTTP/1.0\r\n\r\n')).status, 200, 'HTTP/1.0 needs none');
});

t.test('an expectation that nobody can meet is ignored', async (t) => {
  const { app } = await edge(t, {});
  const request = 'GET /livez HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n';
  t.equal((await exchange(await listen(app), request)).status, 200);
});

t.test('headers that do not end', async (t) => {
  const { app } = await edge(t, { timeouts });
  isProblem(
    t,
    await exchange(await listen(app), 'GET /livez HTTP/1.1\r\nHost: x\r\n'),
    408,
    'request_timeout',
  );
});

t.test('an upload that stalls', async (t) => {
  const { app, lines } = await edge(t, {
    timeouts,
    routes: async (app) => {
      app.post('/upload', async () => ({}));
    },
  });
  const head =
    'POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n';
  isProblem(t, await exchange(await listen(app), head, '{"half":'), 408, 'request_timeout');
  t.notOk(
    lines.some((line) => line.level === 'error' || line.code === 'database_unavailable'),
    'nothing is blamed on us or the database',
  );
});

t.test('a client that hangs up is tracked', async (t) => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let answer = () => {};
  const { app, lines } = await edge(t, {
    routes: async (app) => {
      app.get('/slow', (_request, reply) => {
        arrived();
        answer = () => void reply.send({});
        reply.raw.once('close', () => logged());
      });
    },
  });
  let logged = () => {};
  const closed = new Promise<void>((resolve) => {
    logged = resolve;
  });
  const socket = connect(await listen(app), '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  await arrival;
  socket.destroy();
  await closed;
  answer();
  t.match(lines.at(-1), { msg: 'http.request', route: '/slow', statusCode: 499 });
});

t.test('while stopping, what was begun is finished and what arrives is refused', async (t) => {
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = () => {};
  const stopping = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { app } = await edge(t, {
    routes: async (app) => {
      app.addHook('preClose', async () => begun());
      app.get('/held', async () => {
        await held;
        return { finished: true };
      });
    },
  });
  const socket = connect(await listen(app), '127.0.0.1');
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk;
  });
  const ended = new Promise((resolve) => socket.on('close', resolve));
  const request = () => new Promise((resolve) => app.server.once('request', resolve));

  const first = request();
  socket.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
  await first;
  const stopped = app.close();
  const second = request();
  await stopping;
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  await second;
  finish();
  await Promise.all([ended, stopped]);
  t.match(
    answers,
    /^HTTP\/1\.1 200 [\s\S]*"finished":true[\s\S]*HTTP\/1\.1 503 [\s\S]*"code":"shutting_down"/,
  );
});

t.test('a connection that is kept does not hold up the stop', async (t) => {
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { app } = await edge(t, {
    routes: async (app) => {
      app.get('/held', async () => {
        await held;
        return {};
      });
    },
  });
  const socket = connect(await listen(app), '127.0.0.1');
  socket.resume();
  const arrived = new Promise((resolve) => app.server.once('request', resolve));
  socket.write('GET /held HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
  await arrived;
  const stopped = app.close();
  finish();
  await stopped;
});
