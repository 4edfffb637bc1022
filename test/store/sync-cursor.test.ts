import { sql } from 'kysely';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { putRecord } from '../../src/n8n/sync/commands.ts';
import { asTenant, createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { lockSyncConfig } from '../../src/store/sync-configs.ts';
import { listSyncRecords } from '../../src/store/sync-records.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t from '../helpers/tap.ts';
import { eventOf, insertSync, outboxOf, receiveEvent } from '../n8n/sync-store.ts';

const WRITERS = 6;
const CHANGES = 40;

/** Asks for what was changed since, again and again, until `isOver`, and once more. */
async function follow(db: Database, configId: string, isOver: () => boolean) {
  const { organizationId } = await insertSync(db);
  const seen = new Map<string, number>();
  let changedSince = 0;
  for (let isLast = false; ; isLast = isOver()) {
    const filter = { configId, changedSince };
    const { data } = await asTenant(db, organizationId, (trx) => listSyncRecords(trx, filter, { limit: 7 }));
    for (const { key, version, changeSeq } of data) {
      seen.set(key, version);
      changedSince = changeSeq;
    }
    if (isLast && data.length === 0) return seen;
  }
}

t.test('whoever asks for what was changed since misses nothing that others write at once', async (t) => {
  const { db, url } = await openTestDatabase(t);
  const pool = createPool({
    connectionString: url,
    max: WRITERS + 2,
    applicationName: 'test',
    onError: () => undefined,
  });
  const wide = createDatabase(pool);
  const expressions = createExpressions({ processes: 1 });
  t.teardown(async () => {
    await expressions.close();
    await wide.destroy();
  });
  const { organizationId, configId } = await insertSync(db);
  const ports = { db: wide, expressions };
  let running = WRITERS;
  const write = async (writer: number) => {
    for (let n = 0; n < CHANGES; n++) {
      const key = `k${(writer * 7 + n * 3) % 20}`;
      if (n % 3 === 0) {
        await receiveEvent(ports, eventOf('sync.record', { config: configId, key, data: { writer, n } }));
      } else {
        const target = { organizationId, configId, key, allows: () => true };
        await putRecord(ports, target, { writer, n });
      }
    }
    running--;
  };
  const readers = [0, 1].map(() => follow(db, configId, () => running === 0));
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  const { rows } = await sql<{ key: string; version: number }>`
    SELECT key, version FROM sync_records WHERE config_id = ${configId}`.execute(db);
  const last = new Map(rows.map(({ key, version }) => [key, version]));
  t.equal(last.size, 20);
  for (const seen of await Promise.all(readers)) t.same(seen, last);
  const { rows: counted } = await sql<{ seq: number; changes: number }>`
    SELECT c.change_seq::int AS seq, (SELECT sum(version)::int FROM sync_records WHERE config_id = c.id) AS changes
    FROM data_sync_configs c WHERE id = ${configId}`.execute(db);
  t.equal(counted[0]?.seq, counted[0]?.changes, 'each change has a number of its own');
  const events = await outboxOf(
    db,
    (await asTenant(db, organizationId, (trx) => lockSyncConfig(trx, configId)))?.endpointId ?? null,
  );
  t.equal(events.length, WRITERS * (CHANGES - Math.ceil(CHANGES / 3)), 'one event for each change of ours');
});

t.test(
  'a change that is still to be committed keeps later ones back, and readers see none of them',
  async (t) => {
    const { db } = await openTestDatabase(t);
    const expressions = createExpressions({ processes: 1 });
    t.teardown(() => expressions.close());
    const ports = { db, expressions };
    const { organizationId, configId } = await insertSync(db);
    const put = (key: string) =>
      putRecord(ports, { organizationId, configId, key, allows: () => true }, { key });
    await put('first');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let locked: () => void = () => undefined;
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const slow = asTenant(db, organizationId, async (trx) => {
      await lockSyncConfig(trx, configId);
      locked();
      await held;
    });
    await isLocked;
    const later = put('second');
    const list = () =>
      asTenant(db, organizationId, (trx) => listSyncRecords(trx, { configId }, { limit: 10 }));
    t.same(
      (await list()).data.map(({ key }) => key),
      ['first'],
    );
    release();
    await Promise.all([slow, later]);
    t.same(
      (await list()).data.map(({ key, changeSeq }) => [key, changeSeq]),
      [
        ['first', 1],
        ['second', 2],
      ],
    );
  },
);

t.test('lists are served by indexes', async (t) => {
  const { db } = await openTestDatabase(t);
  const { configId, organizationId } = await insertSync(db);
  const { configId: other } = await insertSync(db);
  for (const id of [configId, other]) {
    await sql`
      INSERT INTO sync_records (organization_id, config_id, key, data, version, clock, origin, change_seq, changed_at, outbound)
      SELECT ${organizationId}, ${id}, 'k' || n, '{}', 1, 'c', 'local', n, now(), CASE WHEN n % 1000 = 0 THEN 'pending' ELSE 'queued' END
      FROM generate_series(1, 5000) AS n`.execute(db);
  }
  await sql`ANALYZE`.execute(db);
  const plan = async (query: ReturnType<typeof sql>) => {
    const { rows } = await asTenant(db, organizationId, (trx) =>
      sql<{ 'QUERY PLAN': string }>`EXPLAIN ANALYZE ${query}`.execute(trx),
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const records = sql`SELECT key FROM sync_records r WHERE r.config_id = ${configId}`;
  for (const [name, query] of Object.entries({
    'changed since': sql`${records} AND r.change_seq > 2500 ORDER BY r.change_seq LIMIT 51`,
    'by key': sql`${records} AND r.key > 'k3' ORDER BY r.key LIMIT 100`,
    pending: sql`${records} AND r.outbound = 'pending' ORDER BY r.change_seq LIMIT 100`,
  })) {
    const text = await plan(query);
    t.match(text, /Index/, name);
    t.notMatch(text, /Seq Scan|Rows Removed by Filter: \d{3}/, name);
  }
});
