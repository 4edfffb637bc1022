import { sql } from 'kysely';
import { DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { Turns } from '../../src/runtime/turns.ts';
import { createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { descriptionOf } from '../helpers/conformance.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import t, { type Test } from '../helpers/tap.ts';
import { clientOf, insertOrganization, startInstance } from './management.ts';

const LIMIT_MS = 300;

/** An instance whose database is limited like that of a service, with one turn at a time. */
async function setUpLimited(t: Test) {
  const { url } = await createTestDatabase(t);
  const connect = (limits: Parameters<typeof createDatabase>[1]): Database => {
    const options = { connectionString: url, max: 2, applicationName: 'test', onError: () => undefined };
    const db = createDatabase(createPool(options), limits);
    t.teardown(() => db.destroy());
    return db;
  };
  const other = connect({});
  const budgets = new Budgets({ limits: { ...DEFAULT_LIMITS, heavy_calls: 1 } });
  const turns = new Turns({ places: 1, waitMs: 50, maxWaiting: 1 });
  const db = connect({ statementLimitMs: LIMIT_MS, turns });
  const { app } = await startInstance(t, db, { budgets });
  const { organizationId, key } = await insertOrganization(other);
  return { app, other, budgets, turns, organizationId, call: clientOf(app, key) };
}

interface Described {
  parameters?: { name?: string }[];
  requestBody?: { content: Record<string, { schema?: { $ref?: string } }> };
}

t.test('each search, each count and each bulk call is heavy', async (t) => {
  const { app, budgets, organizationId, call } = await setUpLimited(t);
  await app.ready();
  const { paths, components } = descriptionOf(app) as unknown as {
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Record<string, { properties?: object }> };
  };
  const day = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T12:00:00Z' };
  const body = { filter: day, dryRun: true };
  const heavy: [string, string, object][] = [];
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
      const name = requestBody?.content['application/json']?.schema?.$ref?.split('/').at(-1) ?? '';
      const properties = components.schemas[name]?.properties ?? {};
      const isSearch = parameters.some((parameter) => parameter.name === 'q') && !path.endsWith('/export');
      if (isSearch) heavy.push([method, `${path}?${new URLSearchParams({ ...day, q: 'needle' })}`, {}]);
      if ('dryRun' in properties && 'filter' in properties) heavy.push([method, path, { body }]);
    }
  }
  t.ok(heavy.length >= 3);
  const end = budgets.concurrent('heavy_calls').take(organizationId);
  for (const [method, url, options] of heavy) {
    const answer = await call(method.toUpperCase(), url, options);
    t.match(answer, { status: 429, json: { code: 'budget_exceeded' } }, `${method} ${url}`);
    t.equal(answer.headers['retry-after'], '1');
  }
  t.equal((await call('GET', '/api/webhook-logs')).status, 200, 'a list is not');
  end?.();
  for (const [method, url, options] of heavy) {
    t.equal((await call(method.toUpperCase(), url, options)).status, 200, `${method} ${url}`);
  }
  t.equal(budgets.concurrent('heavy_calls').used(organizationId), 0);
});

t.test('a statement that takes too long is ended by the server, and that is no fault of ours', async (t) => {
  const { other, call } = await setUpLimited(t);
  await other.transaction().execute(async (trx) => {
    await sql`LOCK TABLE workflows IN ACCESS EXCLUSIVE MODE`.execute(trx);
    const answer = await call('GET', '/api/workflows');
    t.match(answer, { status: 503, json: { code: 'query_timeout' } });
    t.equal(answer.headers['retry-after'], '1');
  });
  t.equal((await call('GET', '/api/workflows')).status, 200);
});

t.test('whoever waits too long for a connection is told so', async (t) => {
  const { turns, call } = await setUpLimited(t);
  const end = await turns.take('somebody else');
  const answer = await call('GET', '/api/workflows');
  t.match(answer, { status: 503, json: { code: 'connections_busy' } });
  t.equal(answer.headers['retry-after'], '1');
  end();
  t.equal((await call('GET', '/api/workflows')).status, 200);
});

t.test('a single statement has the limit too, and leaves none behind', async (t) => {
  const { url } = await createTestDatabase(t);
  const options = { connectionString: url, max: 1, applicationName: 'test', onError: () => undefined };
  const pool = createPool(options);
  const db = createDatabase(pool, { statementLimitMs: LIMIT_MS });
  t.teardown(() => db.destroy());
  await t.rejects(sql`SELECT pg_sleep(30)`.execute(db), { code: '57014' });
  const inside = await sql<{ statement_timeout: string }>`SHOW statement_timeout`.execute(db);
  t.equal(inside.rows[0]?.statement_timeout, `${LIMIT_MS}ms`);
  const outside = await pool.query<{ statement_timeout: string }>('SHOW statement_timeout');
  t.equal(outside.rows[0]?.statement_timeout, '0');
});
