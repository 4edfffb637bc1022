import { Type } from 'typebox';
import { Problem } from '../../src/domain/problem.ts';
import { NotSentError } from '../../src/store/faults.ts';
import t from '../helpers/tap.ts';
import { type EdgeOptions, edge } from './edge.ts';

const routes: NonNullable<EdgeOptions['routes']> = async (app) => {
  app.post(
    '/things',
    { schema: { body: Type.Object({ name: Type.String() }, { additionalProperties: false }) } },
    async ({ body }) => ({ name: body.name }),
  );
  app.post('/things/:id/run', async ({ body }) => ({ body: body ?? null }));
  app.get('/things/:id', async () => ({}));
  app.get('/fails/:how', async ({ params }) => {
    throw faults[(params as { how: keyof typeof faults }).how];
  });
};

const pgError = (code: string, message: string) => Object.assign(new Error(message), { code });
const faults = {
  problem: new Problem('name_taken', {
    detail: 'Another thing has this name.',
    headers: { 'x-hint': 'rename' },
  }),
  unknown: new TypeError('the password of postgres://root:hunter2@db is wrong'),
  text: 'a thrown text',
  none: undefined,
  refused: pgError('ECONNREFUSED', 'connect ECONNREFUSED 10.1.2.3:5432'),
  unsent: new NotSentError('no database connection'),
  shutdown: pgError('57P01', 'terminating connection due to administrator command'),
  zero: pgError('22021', 'invalid byte sequence for encoding "UTF8": 0x00'),
};

t.test('a problem has the fields of RFC 9457 and ours', async (t) => {
  const { app } = await edge(t, { routes });
  const answer = await app.inject('/fails/problem?token=abc');
  t.equal(answer.statusCode, 409);
  t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
  t.equal(answer.headers['x-hint'], 'rename');
  t.strictSame(answer.json(), {
    type: 'https://hooks.example.com/problems/name_taken',
    title: 'Name taken',
    status: 409,
    detail: 'Another thing has this name.',
    instance: '/fails/problem',
    code: 'name_taken',
    error: 'Name taken',
    requestId: answer.headers['x-request-id'],
  });
});

t.test('each fault of a request has its code', async (t) => {
  const { app } = await edge(t, { routes });
  const json = { 'content-type': 'application/json' };
  const cases: [string, number, string, object][] = [
    ['not JSON', 400, 'invalid_json', { payload: '{"name":', headers: json }],
    ['an empty body', 400, 'invalid_json', { payload: '', headers: json }],
    ['__proto__', 400, 'invalid_json', { payload: '{"name":"x","__proto__":{"a":1}}', headers: json }],
    [
      'constructor',
      400,
      'invalid_json',
      { payload: '{"name":"x","constructor":{"prototype":{}}}', headers: json },
    ],
    ['no body', 400, 'validation_failed', {}],
    ['null', 400, 'validation_failed', { payload: 'null', headers: json }],
    ['a large body', 413, 'payload_too_large', { payload: { name: 'x'.repeat(70_000) } }],
    ['text', 415, 'unsupported_media_type', { payload: 'name', headers: { 'content-type': 'text/plain' } }],
    ['bytes', 415, 'unsupported_media_type', { payload: 'name' }],
    ['nonsense', 415, 'unsupported_media_type', { payload: 'x', headers: { 'content-type': ';;' } }],
  ];
  for (const [name, status, code, request] of cases) {
    const answer = await app.inject({ method: 'POST', url: '/things', ...request });
    t.match(answer.json(), { status, code, instance: '/things' }, name);
    t.equal(answer.statusCode, status, name);
    t.match(answer.headers['content-type'], /^application\/problem\+json/, name);
  }
});

t.test('a field called constructor is only a field', async (t) => {
  const { app } = await edge(t, { routes });
  const answer = await app.inject({ method: 'POST', url: '/things/1/run', payload: { constructor: 'Ford' } });
  t.strictSame(answer.json(), { body: { constructor: 'Ford' } });
});

t.test('where no body is asked for, an empty one may call itself JSON', async (t) => {
  const { app } = await edge(t, { routes });
  const answer = await app.inject({
    method: 'POST',
    url: '/things/1/run',
    headers: { 'content-type': 'application/json' },
  });
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json(), { body: null });
});

t.test('paths that cannot be decoded or are too long', async (t) => {
  const { app, lines } = await edge(t, { routes });
  const bad = await app.inject('/things/%zz?secret=1');
  t.match(bad.json(), { status: 400, code: 'bad_request', instance: '/things/%zz' });
  t.equal(bad.json().requestId, bad.headers['x-request-id']);
  const long = await app.inject(`/things/${'x'.repeat(500)}`);
  t.match(long.json(), { status: 414, code: 'uri_too_long' });
  t.equal(long.json().requestId, long.headers['x-request-id']);
  t.match(
    lines.filter((line) => line.msg === 'http.request'),
    [
      { statusCode: 400, route: '(unmatched)', requestId: bad.json().requestId },
      { statusCode: 414, route: '(unmatched)', requestId: long.json().requestId },
    ],
  );
});

t.test('unknown faults say nothing of the inside and are logged once', async (t) => {
  const { app, lines } = await edge(t, { routes });
  for (const how of ['unknown', 'text', 'none'] as const) {
    lines.length = 0;
    const answer = await app.inject(`/fails/${how}`);
    t.equal(answer.statusCode, 500, how);
    t.match(answer.json(), { code: 'internal_error', detail: /request id/ }, how);
    t.notMatch(answer.body, /hunter2|TypeError|a thrown text/, how);
    const { requestId } = answer.json();
    t.match(
      lines.filter((line) => line.level === 'error'),
      [
        {
          msg: 'http.error',
          requestId,
          err: how === 'unknown' ? { type: 'TypeError', stack: /problems\.test/ } : {},
        },
      ],
      how,
    );
    t.equal(lines.filter((line) => line.level === 'error').length, 1, how);
  }
});

t.test('a database that is away is 503 and says when to come back', async (t) => {
  const { app, lines } = await edge(t, { routes });
  for (const how of ['refused', 'unsent', 'shutdown']) {
    lines.length = 0;
    const answer = await app.inject(`/fails/${how}`);
    t.match(answer.json(), { status: 503, code: 'database_unavailable' }, how);
    t.equal(answer.headers['retry-after'], '1', how);
    t.notMatch(answer.body, /10\.1\.2\.3/, how);
    t.match(
      lines,
      [
        { level: 'warn', msg: 'http.problem' },
        { level: 'warn', msg: 'http.request' },
      ],
      how,
    );
  }
});

t.test('what the database cannot hold is the fault of the request', async (t) => {
  const { app } = await edge(t, { routes });
  const answer = await app.inject('/fails/zero');
  t.match(answer.json(), { status: 400, code: 'storage_rejected' });
});

t.test('an answer that breaks off half-way is cut, not completed', async (t) => {
  const { app } = await edge(t, {
    routes: async (app) => {
      app.get('/half', async (_request, reply) => {
        reply.raw.writeHead(200, { 'content-length': '100' });
        reply.raw.write('half');
        throw new Error('broke');
      });
    },
  });
  await t.rejects(app.inject('/half'));
});
