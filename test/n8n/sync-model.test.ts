import fc from 'fast-check';
import type { ConflictPolicy, Content } from '../../src/domain/sync.ts';
import { laterClock, tick } from '../../src/domain/sync-clock.ts';
import { decide } from '../../src/n8n/sync/decide.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import type { Wire } from './sync-sides.ts';
import { type OurConflict, type OurRecord, type OurSide, operations, World } from './sync-world.ts';

/** The rules by themselves: our side without a database. */
function modelSide(policy: ConflictPolicy): OurSide {
  const records = new Map<string, OurRecord>();
  const conflicts: OurConflict[] = [];
  const outbox: { id: string; wires: Wire[] }[] = [];
  const waiting = new Set<string>();
  let clock: string | null = null;
  let isActive = true;

  const send = (keys: string[]) => {
    const wires = keys.flatMap((key) => {
      const record = records.get(key);
      if (record === undefined) return [];
      const { content, version } = record;
      return [{ key, data: content, deleted: content === null, clock: record.clock, version }];
    });
    outbox.push({ id: String(outbox.length), wires });
  };
  const change = (key: string, content: Content, now: number) => {
    clock = tick(clock, now, 'hookgate.model');
    const before = records.get(key);
    const version = (before?.version ?? 0) + 1;
    const remoteClock = before?.remoteClock ?? null;
    records.set(key, { content, version, clock, localVersion: version, remoteClock });
    waiting.delete(key);
    if (isActive) send([key]);
    else waiting.add(key);
  };
  const take = (wire: Wire) => {
    const { key, data, baseVersion = null } = wire;
    const current = records.get(key) ?? null;
    const own = conflicts.filter((conflict) => conflict.key === key);
    const dispute = {
      isOpen: own.some(({ isOpen }) => isOpen),
      kept: new Set(own.map(({ remote }) => remote.clock)),
    };
    clock = laterClock(clock, wire.clock);
    const incoming = { content: data, clock: wire.clock, baseVersion };
    const { action } = decide(current, incoming, { policy, dispute });
    if (action === 'conflict' && current !== null) {
      const local = { content: current.content, version: current.version };
      const id = String(conflicts.length);
      conflicts.push({ id, key, isOpen: true, local, remote: { content: data, clock: wire.clock } });
    }
    if (action !== 'apply') return;
    waiting.delete(key);
    records.set(key, {
      content: data,
      version: (current?.version ?? 0) + 1,
      clock: laterClock(current?.clock ?? null, wire.clock),
      localVersion: current?.localVersion ?? 0,
      remoteClock: laterClock(current?.remoteClock ?? null, wire.clock),
    });
  };
  return {
    edit: async (key, content, { now, crash }) => {
      if (!crash) change(key, content, now);
      return !crash;
    },
    receive: async (wires, { crash }) => {
      if (crash || !isActive) return false;
      for (const wire of wires) take(wire);
      return true;
    },
    outbox: async () => [...outbox],
    records: async () => new Map([...records].map(([key, record]) => [key, { ...record }])),
    conflicts: async () => conflicts.map((conflict) => ({ ...conflict })),
    resolve: async (id, choose, now) => {
      const conflict = conflicts.find((found) => found.id === id);
      if (conflict === undefined) throw new Error(`no conflict ${id}`);
      conflict.isOpen = false;
      const { content } =
        choose === 'remote' ? conflict.remote : (records.get(conflict.key) ?? conflict.local);
      change(conflict.key, content, now);
    },
    setActive: async (active) => {
      isActive = active;
    },
    flush: async ({ crash }) => {
      if (crash) return;
      if (isActive && waiting.size > 0) send([...waiting]);
      if (isActive) waiting.clear();
    },
    restart: () => undefined,
  };
}

for (const policy of ['last_write_wins', 'manual'] as const) {
  t.test(`${policy}: whatever happens in whatever order, both sides come to the same`, async (t) => {
    await fc.assert(
      fc.asyncProperty(operations(60), (history) => new World(modelSide(policy), policy).run(history)),
      { numRuns: fuzzRuns(3_000) },
    );
    t.pass('all histories');
  });
}
