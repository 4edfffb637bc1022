import { Type } from 'typebox';
import { listQuery } from '../../src/http/schemas/common.ts';
import t from '../helpers/tap.ts';
import { type EdgeOptions, edge } from './edge.ts';

const Thing = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 10 }),
    size: Type.Optional(Type.Integer({ minimum: 1 })),
    url: Type.Optional(Type.String({ format: 'uri' })),
    kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
    level: Type.Optional(Type.Enum(['low', 'high'])),
    note: Type.Optional(Type.Union([Type.String({ maxLength: 3 }), Type.Null()])),
    choice: Type.Optional(Type.Union([Type.Literal('x'), Type.Null()])),
    from: Type.Optional(Type.Union([Type.Enum(['here', 'there']), Type.Null()])),
    limit: Type.Optional(
      Type.Union([Type.Object({ max: Type.Integer() }, { additionalProperties: false }), Type.Null()]),
    ),
    either: Type.Optional(
      Type.Union([Type.Object({ a: Type.Integer() }), Type.Object({ b: Type.Integer() })]),
    ),
    tags: Type.Optional(Type.Array(Type.Object({ 'a/b': Type.String() }))),
  },
  { additionalProperties: false },
);

const routes: NonNullable<EdgeOptions['routes']> = async (app) => {
  app.post('/things', { config: { carries: 'data' }, schema: { body: Thing } }, async ({ body }) => body);
  app.get(
    '/things',
    {
      schema: {
        querystring: listQuery({
          status: Type.Optional(Type.Array(Type.Enum(['queued', 'failed']))),
          success: Type.Optional(Type.Boolean()),
        }),
      },
    },
    async ({ query }) => query,
  );
  app.put(
    '/things/:id',
    {
      schema: {
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
        headers: Type.Object({ 'x-version': Type.Integer() }),
        body: Thing,
      },
    },
    async () => ({}),
  );
};

t.test('every fault of a body, with its place', async (t) => {
  const { app } = await edge(t, { routes });
  const cases: [unknown, Record<string, string>][] = [
    [{ name: '' }, { '/body/name': 'must NOT have fewer than 1 characters' }],
    [{}, { '/body/name': 'is required' }],
    [
      { name: 'x', 'a/b~c': 1, other: 2 },
      { '/body/a~1b~0c': 'is not a known field', '/body/other': 'is not a known field' },
    ],
    [
      { name: 1, size: '2' },
      { '/body/name': 'must be string', '/body/size': 'must be integer' },
    ],
    [
      { name: 'x', size: 0, url: 'nowhere' },
      { '/body/size': 'must be >= 1', '/body/url': 'must be a valid uri' },
    ],
    [{ name: 'x', kind: 'c' }, { '/body/kind': 'must be one of: a, b' }],
    [{ name: 'x', level: 'mid' }, { '/body/level': 'must be one of: low, high' }],
    [{ name: 'x', note: 'long' }, { '/body/note': 'must NOT have more than 3 characters' }],
    [{ name: 'x', note: 5 }, { '/body/note': 'must be string or null' }],
    [{ name: 'x', choice: 'y' }, { '/body/choice': 'must be one of: x, null' }],
    [{ name: 'x', from: 'nowhere' }, { '/body/from': 'must be one of: here, there, null' }],
    [
      { name: 'x', limit: { max: 'a', min: 1 } },
      { '/body/limit/min': 'is not a known field', '/body/limit/max': 'must be integer' },
    ],
    [{ name: 'x', limit: 5 }, { '/body/limit': 'must be object or null' }],
    [{ name: 'x', either: {} }, { '/body/either': 'matches none of the allowed forms' }],
    [
      { name: 'x', tags: [{ 'a/b': 'ok' }, {}, 3] },
      { '/body/tags/1/a~1b': 'is required', '/body/tags/2': 'must be object' },
    ],
    [[], { '/body': 'must be object' }],
  ];
  for (const [body, expected] of cases) {
    const answer = await app.inject({
      method: 'POST',
      url: '/things',
      payload: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    t.equal(answer.statusCode, 400, JSON.stringify(body));
    const { errors } = answer.json() as { errors: { pointer: string; detail: string }[] };
    t.strictSame(
      Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail])),
      expected,
      JSON.stringify(body),
    );
    t.equal(errors.length, Object.keys(expected).length, JSON.stringify(body));
  }
});

t.test('faults of all parts of a request are told at once', async (t) => {
  const { app } = await edge(t, { routes });
  const answer = await app.inject({
    method: 'PUT',
    url: '/things/7?dryRun=maybe&colour=red',
    headers: { 'x-version': 'new' },
    payload: { size: 'big' },
  });
  const pointers = (answer.json().errors as { pointer: string }[]).map(({ pointer }) => pointer);
  t.strictSame(pointers.sort(), [
    '/body/name',
    '/body/size',
    '/headers/x-version',
    '/params/id',
    '/query/colour',
    '/query/dryRun',
  ]);
});

t.test('queries are text and are converted; bodies are taken at their word', async (t) => {
  const { app } = await edge(t, { routes });
  const query = async (text: string) => (await app.inject(`/things?${text}`)).json();
  t.strictSame(await query(''), { limit: 50 });
  t.strictSame(await query('limit=7&success=true'), { limit: 7, success: true });
  t.strictSame(await query('status=failed'), { limit: 50, status: ['failed'] });
  t.strictSame(await query('status=failed&status=queued'), { limit: 50, status: ['failed', 'queued'] });
  for (const odd of [
    'limit=0',
    'limit=201',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'status[]=failed',
    '=',
    '__proto__=1',
  ]) {
    t.match(await query(odd), { code: 'validation_failed', errors: [{ pointer: /^\/query/ }] }, odd);
  }
});

t.test('a body with more faults than anyone reads is answered briefly', async (t) => {
  const { app } = await edge(t, { routes, maxBodyBytes: 1_048_576 });
  const unknown = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`field${i}`, i]));
  const unions = { name: 'x', tags: Array.from({ length: 400_000 }, () => 1) };
  for (const payload of [unknown, unions]) {
    const answer = await app.inject({ method: 'POST', url: '/things', payload });
    t.equal(answer.statusCode, 400);
    t.equal(answer.json().errors.length, 100);
    t.ok(answer.body.length < 20_000);
  }
});
