import type { Expressions } from '../../dispatch/expressions/expressions.ts';
import { Problem } from '../../domain/problem.ts';
import type { Content } from '../../domain/sync.ts';
import { ownOrigin, tick } from '../../domain/sync-clock.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { insertOutboundEvents } from '../../store/events.ts';
import {
  advanceSyncConfig,
  findSyncConfig,
  lockSyncConfig,
  type StoredSyncConfig,
  sendSoon,
  sendsNow,
} from '../../store/sync-configs.ts';
import { putSyncRecords, type StoredSyncRecord } from '../../store/sync-records.ts';
import { sameContent } from './decide.ts';
import { recordEvent } from './events.ts';
import { type Mapped, mapOutbound } from './mapping.ts';

export interface SyncPorts {
  db: Database;
  expressions: Expressions;
  /** Milliseconds since 1970. Date.now when left out. */
  now?: () => number;
  /** Told that there are events to be sent, after the commit: otherwise they are found by looking. */
  notify?: () => void;
}

export interface SyncTarget {
  organizationId: string;
  configId: string;
}

/** A change of ours that is to be made to a record. */
export interface LocalChange {
  key: string;
  content: Content;
  /** The record as it is; null: there is none. */
  current: StoredSyncRecord | null;
  /** What is written together with it. */
  andThen?: (trx: Tx, changed: StoredSyncRecord) => Promise<void>;
}

/** Says what to change. Asked twice: to know what is sent, and under the lock. */
export type ChangePlan = (trx: Tx, config: StoredSyncConfig) => Promise<LocalChange>;

/**
 * Makes a change of ours, which goes out with the same commit where it is to go out at all. A mapping that fails keeps
 * no change back: what became of it is said by the record.
 * @throws Problem data_sync_config_not_found, and whatever `plan` throws
 */
export async function changeLocally(
  ports: SyncPorts,
  target: SyncTarget,
  plan: ChangePlan,
): Promise<StoredSyncRecord> {
  const { db, expressions, now = Date.now } = ports;
  const { organizationId, configId } = target;
  for (;;) {
    const { config, change } = await asTenant(db, organizationId, async (trx) => {
      const found = await existingConfig(findSyncConfig(trx, configId));
      return { config: found, change: await plan(trx, found) };
    });
    // Not in the transaction: it takes as long as somebody's expression takes, and others wait for the lock.
    const mapped = sendsNow(config) ? await mapOutbound(expressions, config, change.content) : null;
    const done = await asTenant(db, organizationId, async (trx) => {
      const locked = await existingConfig(lockSyncConfig(trx, configId));
      const planned = await plan(trx, locked);
      // Mapped by another mapping, for nobody, or something else: once more.
      if (locked.version !== config.version || sendsNow(locked) !== (mapped !== null)) return null;
      if (!sameContent(planned.content, change.content)) return null;
      const changed = await write(trx, { config: locked, change: planned, mapped, now: now() });
      await planned.andThen?.(trx, changed);
      return changed;
    });
    if (done === null) continue;
    if (done.eventId !== null) ports.notify?.();
    return done;
  }
}

/** @throws Problem data_sync_config_not_found: no such config, or another organization's. */
export async function existingConfig(found: Promise<StoredSyncConfig | null>): Promise<StoredSyncConfig> {
  const config = await found;
  if (config === null) throw new Problem('data_sync_config_not_found');
  return config;
}

interface Write {
  config: StoredSyncConfig;
  change: LocalChange;
  mapped: Mapped<unknown> | null;
  now: number;
}

async function write(trx: Tx, { config, change, mapped, now }: Write): Promise<StoredSyncRecord> {
  const { key, content, current } = change;
  const version = (current?.version ?? 0) + 1;
  const changeSeq = config.changeSeq + 1;
  const clock = tick(config.clock, now, ownOrigin(config.id));
  const changed: StoredSyncRecord = {
    key,
    content,
    version,
    clock,
    origin: 'local',
    localVersion: version,
    remoteClock: current?.remoteClock ?? null,
    changeSeq,
    changedAt: new Date(now),
    ...outboundOf(config, mapped),
    eventId: null,
  };
  if (mapped?.status === 'mapped') {
    const event = recordEvent(config, { record: changed, data: mapped.data }, now);
    await insertOutboundEvents(trx, [event]);
    changed.eventId = event.id;
  }
  await putSyncRecords(trx, { organizationId: config.organizationId, configId: config.id }, [changed]);
  await advanceSyncConfig(trx, { id: config.id, changeSeq, clock });
  if (mapped !== null && changed.outbound === 'pending') await sendSoon(trx, config.id);
  return changed;
}

function outboundOf(
  { direction }: StoredSyncConfig,
  mapped: Mapped<unknown> | null,
): Pick<StoredSyncRecord, 'outbound' | 'outboundError'> {
  if (direction === 'inbound') return { outbound: null, outboundError: null };
  if (mapped === null) return { outbound: 'pending', outboundError: null };
  if (mapped.status === 'mapped') return { outbound: 'queued', outboundError: null };
  return { outbound: mapped.isLasting ? 'failed' : 'pending', outboundError: mapped.detail };
}
