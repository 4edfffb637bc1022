import { sql } from 'kysely';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import type { ConflictPolicy } from '../../src/domain/sync.ts';
import type { ApplyEvent, HandlerResult, N8nEvent } from '../../src/n8n/inbound/event.ts';
import { changeLocally, type SyncPorts } from '../../src/n8n/sync/change-record.ts';
import { resolveConflict } from '../../src/n8n/sync/commands.ts';
import { createSyncHandlers } from '../../src/n8n/sync/receive.ts';
import { sendPending } from '../../src/n8n/sync/send-pending.ts';
import { asTenant, type Database } from '../../src/store/database.ts';
import {
  findSyncConfig,
  insertSyncConfig,
  type SyncSettings,
  updateSyncConfig,
} from '../../src/store/sync-configs.ts';
import { listSyncConflicts } from '../../src/store/sync-conflicts.ts';
import { findSyncRecord, listSyncRecords } from '../../src/store/sync-records.ts';
import { insertWorkflow } from '../helpers/rows.ts';
import type { Wire } from './sync-sides.ts';
import type { OurSide } from './sync-world.ts';

const organizationId = DEFAULT_ORGANIZATION_ID;

/** A config with an endpoint, as it is stored. */
export async function insertSync(db: Database, overrides: Partial<SyncSettings> = {}) {
  const { triggers } = await insertWorkflow(db, ['http://127.0.0.1:9/sync']);
  const id = newId();
  const settings: SyncSettings = {
    entity: 'contacts',
    direction: 'bidirectional',
    endpointId: triggers[0]?.endpointId ?? null,
    keyPath: null,
    mapping: { outbound: null, inbound: null },
    conflictPolicy: 'last_write_wins',
    isActive: true,
    ...overrides,
  };
  await asTenant(db, organizationId, (trx) => insertSyncConfig(trx, { id, organizationId, ...settings }));
  return { organizationId, configId: id, endpointId: settings.endpointId };
}

export const eventOf = (event: string, data: unknown, endpointId: string | null = null): N8nEvent => ({
  id: newId(),
  organizationId,
  endpointId,
  event,
  workflowId: null,
  executionId: null,
  deliveryId: null,
  n8nExecutionId: null,
  status: null,
  data: JSON.stringify(data),
  sentAt: null,
  attempt: null,
  webhookId: null,
  hops: 0,
});

/** What an event of n8n's does, as its receiver has it done: a problem undoes it. */
export async function receiveEvent(
  ports: SyncPorts,
  event: N8nEvent,
  atCommit: () => void = () => undefined,
): Promise<HandlerResult> {
  const handler = createSyncHandlers(ports)[event.event];
  if (handler === undefined) throw new Error(`nothing is done with ${event.event}`);
  const apply: ApplyEvent = await handler(event);
  let result: HandlerResult = { outcome: '' };
  try {
    await asTenant(ports.db, organizationId, async (trx) => {
      result = await apply(trx);
      if ('problem' in result) throw new Undone();
      atCommit();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return result;
}

class Undone extends Error {}

/** What was put into the outbox of an endpoint: as it would be sent. */
export async function outboxOf(db: Database, endpointId: string | null) {
  const { rows } = await sql<{ id: string; event: string; body: Buffer }>`
    SELECT id, event, body FROM webhook_events WHERE endpoint_id = ${endpointId} AND direction = 'out' ORDER BY id`.execute(
    db,
  );
  return rows.map(({ id, event, body }) => {
    const { data } = JSON.parse(body.toString()) as { data: Wire & { records?: Wire[] } };
    return { id, event, data, wires: data.records ?? [data] };
  });
}

const CRASHED = 'the process is gone';

/** Our side as it is: the use cases on Postgres. */
export async function storeSide(
  db: Database,
  policy: ConflictPolicy,
): Promise<OurSide & { close(): Promise<void> }> {
  const target = await insertSync(db, { conflictPolicy: policy });
  const { configId, endpointId } = target;
  const expressions = createExpressions({ processes: 1 });
  const clock = { now: 0 };
  let ports: SyncPorts = { db, expressions, now: () => clock.now };
  const all = { limit: 200 };
  return {
    async edit(key, content, { now, crash }) {
      clock.now = now;
      try {
        await changeLocally(ports, target, async (trx) => ({
          key,
          content,
          current: await findSyncRecord(trx, configId, key),
          andThen: async () => {
            if (crash) throw new Error(CRASHED);
          },
        }));
        return true;
      } catch (error) {
        if ((error as Error).message !== CRASHED) throw error;
        return false;
      }
    },
    async receive(wires, { now, crash }) {
      clock.now = now;
      const [wire] = wires;
      const isOne = wires.length === 1 && wire !== undefined;
      const event = isOne
        ? eventOf('sync.record', { config: configId, ...wire })
        : eventOf('sync.records', { config: configId, records: wires });
      try {
        const result = await receiveEvent(ports, event, () => {
          if (crash) throw new Error(CRASHED);
        });
        if ('problem' in result && result.problem !== 'sync_paused') throw new Error(JSON.stringify(result));
        return !('problem' in result);
      } catch (error) {
        if ((error as Error).message !== CRASHED) throw error;
        return false;
      }
    },
    outbox: () => outboxOf(db, endpointId),
    async records() {
      const { data } = await asTenant(db, organizationId, (trx) => listSyncRecords(trx, { configId }, all));
      return new Map(
        data.map(({ key, content, version, clock: at, localVersion, remoteClock }) => [
          key,
          { content, version, clock: at, localVersion, remoteClock },
        ]),
      );
    },
    async conflicts() {
      const { data } = await asTenant(db, organizationId, (trx) => listSyncConflicts(trx, { configId }, all));
      return data.map(({ state, ...conflict }) => ({ ...conflict, isOpen: state === 'open' }));
    },
    async resolve(conflictId, choose, now) {
      clock.now = now;
      await resolveConflict(ports, { ...target, conflictId, choose, merged: null, by: 'test' });
    },
    setActive: (isActive) =>
      asTenant(db, organizationId, async (trx) => {
        const config = await findSyncConfig(trx, configId);
        if (config !== null) await updateSyncConfig(trx, configId, { ...config, isActive });
      }),
    async flush({ crash }) {
      const crashing = () => {
        throw new Error(CRASHED);
      };
      try {
        while ((await sendPending(crash ? { ...ports, now: crashing } : ports)) === 'moved');
      } catch (error) {
        if ((error as Error).message !== CRASHED) throw error;
        // What it had claimed is another's in time.
        await sql`UPDATE data_sync_configs SET send_at = now() WHERE id = ${configId}`.execute(db);
      }
    },
    restart() {
      ports = { db, expressions, now: () => clock.now };
    },
    close: () => expressions.close(),
  };
}
