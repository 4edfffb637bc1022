import { createHmac } from 'node:crypto';
import { startJourney } from '../helpers/journey.ts';
import { type RawAnswer, rawConnection, rawRequest } from '../helpers/raw-http.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api, url, logs } = await startJourney(t);
const receiver = await startReceiver(t);
const { id } = await api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });

const post = (query: string, headers: string[], body: string | Buffer = '') =>
  rawRequest(
    url,
    [
      `POST /api/webhooks/${id}${query} HTTP/1.1`,
      'Host: x',
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      '',
    ].join('\r\n'),
    Buffer.from(body),
  );

/** What an accepted webhook was stored and delivered as. */
async function journeyOf(answer: RawAnswer) {
  const { executionId, logId } = JSON.parse(answer.body) as { executionId: string; logId: string };
  const delivered = await receiver.waitFor('the delivery', (requests) =>
    requests.find((request) => request.executionId === executionId),
  );
  return { log: await api.log(logId), delivered };
}

t.test('bodies that are kept as they are, whatever their content type says', async (t) => {
  const json = 'application/json';
  const bodies: [string, string, Buffer | string][] = [
    ['invalid JSON', json, '{"a":'],
    ['__proto__ and constructor', json, '{"__proto__":{"x":1},"constructor":{"prototype":{"y":2}}}'],
    ['NUL in a string', json, '{"a":"\\u0000"}'],
    ['a lone surrogate in a string', json, '{"a":"\\ud800"}'],
    ['raw NUL bytes', 'text/plain', Buffer.from([0x61, 0, 0x62, 0])],
    ['a surrogate as UTF-8 would not have it', 'text/plain', Buffer.from([0xed, 0xa0, 0x80])],
    ['bytes that are no UTF-8', json, Buffer.from([0xff, 0xfe, 0x80])],
    ['a byte order mark', json, '\ufeff{"a":1}'],
    ['nested deeper than any parser likes', json, `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a backslash at the end', 'text/plain', 'C:\\'],
    ['what looks like hex to Postgres', 'text/plain', '\\x00ff'],
    ['an empty one', json, ''],
  ];
  const answers = await Promise.all(
    bodies.map(([, type, body]) => post('', [`Content-Type: ${type}`], body)),
  );
  for (const [i, [name, type, body]] of bodies.entries()) {
    const answer = answers[i] as RawAnswer;
    t.equal(answer.status, 200, name);
    const { log, delivered } = await journeyOf(answer);
    t.ok(delivered.body.equals(Buffer.from(body)), `${name}: delivered as it came`);
    t.equal(delivered.headers['content-type'], type);
    t.equal(log.request.size, Buffer.byteLength(body));
  }
});

t.test('content types that are none', async (t) => {
  const types = [
    'garbage',
    'application',
    '/',
    'a/b/c',
    ';',
    'application/json; charset',
    'text/plain; charset="',
    'application/json, text/plain',
    'caf\xe9/x',
    '',
    `x/${'y'.repeat(5_000)}`,
    'application/json; charset=utf-16',
  ];
  const answers = await Promise.all(types.map((type) => post('', [`Content-Type: ${type}`], '{"a":1}')));
  for (const [i, type] of types.entries()) {
    const answer = answers[i] as RawAnswer;
    t.equal(answer.status, 200, type.slice(0, 40));
    const { delivered } = await journeyOf(answer);
    t.equal(delivered.headers['content-type'], type);
    t.equal(delivered.body.toString(), '{"a":1}');
  }
  const without = await post('', [], '{"a":1}');
  t.equal(without.status, 200);
  const { delivered } = await journeyOf(without);
  t.notOk('content-type' in delivered.headers);
  t.equal(delivered.body.toString(), '{"a":1}');
});

t.test('header values', async (t) => {
  const headers = [
    'X-Latin: caf\xe9 \xff\x80',
    'X-Utf8: caf\xc3\xa9',
    'X-Surrogate: \xed\xa0\x80',
    'X-Quotes: "a\\b", {c}, [d], null, \\u0000',
    'X-Tab: a\tb',
    'x-webhook-signature: ',
    '__proto__: polluted',
    'constructor: polluted',
    ...Array.from({ length: 500 }, (_, i) => `X-Many: ${i}`),
  ];
  const { log, delivered } = await journeyOf(await post('', headers, 'x'));
  const sent = headers.map((line) => line.split(/: ?(.*)/s).slice(0, 2));
  t.same(
    log.request.headers.slice(1, -1).map(({ name, value }) => [name, value]),
    sent.map(([name, value]) => [name, value]),
  );
  const names = new Set(sent.map(([name]) => name));
  t.same(
    delivered.rawHeaders.flatMap((name, i) =>
      i % 2 === 0 && names.has(name) ? [[name, delivered.rawHeaders[i + 1]]] : [],
    ),
    sent,
  );
});

t.test('more headers than Node keeps by default', async (t) => {
  const answer = await post('', Array(2_100).fill('a:b'), 'x');
  const { log, delivered } = await journeyOf(answer);
  t.equal(log.request.headers.filter(({ name }) => name === 'a').length, 2_100);
  t.equal(delivered.rawHeaders.filter((name) => name === 'a').length, 2_100);
});

t.test('query strings', async (t) => {
  const queries = [
    '?__proto__=1&constructor=2&a[b]=c&a[b]=d',
    '?%00=%00&%ud800=%ED%A0%80&%',
    `?${Array.from({ length: 3_000 }, (_, i) => `p${i % 7}=`).join('&')}`,
    '?a=b?c=d&&&===',
    '?q=\'"`\\{}|^',
    '?',
  ];
  const answers = await Promise.all(queries.map((query) => post(query, [], 'x')));
  for (const [i, query] of queries.entries()) {
    const { log, delivered } = await journeyOf(answers[i] as RawAnswer);
    t.equal(log.request.query, query.slice(1));
    t.equal(delivered.url, query === '?' ? '/' : `/${query}`, query.slice(0, 40));
  }
});

t.test('what is not HTTP gets an answer or a closed connection, and nothing is stored', async (t) => {
  const line = `POST /api/webhooks/${id}`;
  const requests = [
    `${line}?a=\0b HTTP/1.1\r\nHost: x\r\n\r\n`,
    `${line}?caf\xe9 HTTP/1.1\r\nHost: x\r\n\r\n`,
    `${line} HTTP/1.1\r\nHost: x\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n`,
    `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n`,
    `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`,
    `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    `${line} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    `${line} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${line} HTTP/1.1\r\nHost: x\r\n${'X-Big: y\r\n'.repeat(4_000)}\r\n`,
    '\0\0\0\0',
  ];
  const before = (await api.logs({ workflowId: id })).length;
  for (const request of requests) {
    const answer = await rawRequest(url, request);
    t.ok(
      answer.status === 400 || answer.status === 431,
      `${answer.status} to ${JSON.stringify(request.slice(60, 130))}`,
    );
    t.match(answer.headers['content-type'], /^application\/problem\+json/);
  }
  t.equal((await api.logs({ workflowId: id })).length, before);
});

t.test('ids that are none, and ids of nothing', async (t) => {
  const ids = [
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    'n',
    'null',
    '__proto__',
    '%00',
    "';--",
    `${id}x`,
    id.slice(1),
    id.replaceAll('-', ''),
    `urn:uuid:${id}`,
    '%F0%9F%92%A9',
  ];
  for (const wrong of ids) {
    for (const method of ['POST', 'GET', 'HEAD'] as const) {
      const answer = await api.call<{ code: string }>(method, `/api/webhooks/${wrong}`, {
        ...(method === 'POST' && { body: 'x' }),
      });
      t.equal(answer.status, 404, `${method} ${wrong}`);
      if (method !== 'HEAD') t.equal(answer.body.code, 'workflow_not_found');
    }
  }
  const upper = await api.send(id.toUpperCase());
  t.match(upper, { status: 200, body: { workflowId: id } }, 'an id in upper case is that id');
});

t.test('signatures that are none', async (t) => {
  const secured = await api.createWorkflow({ webhook: { secret: 'a-secret-of-sixteen' } });
  const mac = createHmac('sha256', 'a-secret-of-sixteen').update('x').digest('hex');
  const send = (...signatures: string[]) =>
    rawRequest(
      url,
      `POST /api/webhooks/${secured.id} HTTP/1.1\r\nHost: x\r\n${signatures
        .map((signature) => `x-webhook-signature: ${signature}\r\n`)
        .join('')}Content-Length: 1\r\n\r\nx`,
    );
  t.equal((await send(mac)).status, 200);
  const wrong = [
    `${mac.slice(1)}`,
    `${mac}0`,
    `0x${mac}`,
    `${mac}, ${mac}`,
    `sha256=sha256=${mac}`,
    `sha512=${mac}`,
    'caf\xe9',
    '\xff'.repeat(64),
    ' ',
    'null',
    '='.repeat(64),
    '0'.repeat(8_000),
  ];
  for (const signature of wrong) t.equal((await send(signature)).status, 401, signature.slice(0, 40));
  t.equal((await send(mac, mac)).status, 401, 'the same twice is not one');
});

t.test('a bad neighbour costs nobody anything', async (t) => {
  const { socket, answer } = await rawConnection(url);
  const oddities = ['\\u0000', '"', '\\', '{', 'NULL', '\\x', "'", ',', '\xff', '%00'];
  socket.write(
    Buffer.from(
      oddities
        .map(
          (odd) =>
            `POST /api/webhooks/${id}?q=${encodeURIComponent(odd)} HTTP/1.1\r\nHost: x\r\nX-Odd: ${odd}\r\nContent-Length: ${odd.length}\r\n\r\n${odd}`,
        )
        .join(''),
      'latin1',
    ),
  );
  for (const odd of oddities) {
    const { log } = await journeyOf(await answer());
    t.equal(log.request.headers.find(({ name }) => name === 'X-Odd')?.value, odd);
  }
  socket.destroy();
});

t.test('senders that hang up before they are looked at', async (t) => {
  for (let n = 0; n < 20; n++) {
    const { socket, closed } = await rawConnection(url);
    const request = `POST /api/webhooks/${id} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`;
    socket.write(request, () => socket.resetAndDestroy());
    await closed;
  }
  t.equal((await api.send(id)).status, 200);
  const sources = (await api.logs({ workflowId: id })).map(({ sourceIp }) => sourceIp);
  t.same([...new Set(sources)], ['127.0.0.1'], 'nobody is let in without an address');
});

t.test('none of this was an error of ours', (t) => {
  t.same(
    logs.filter(({ msg, statusCode }) => msg === 'http.error' || statusCode === 500),
    [],
  );
  t.end();
});
