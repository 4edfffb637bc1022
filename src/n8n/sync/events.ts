import { eventBody } from '../../domain/event-body.ts';
import { newId } from '../../domain/ids.ts';
import { parseClock } from '../../domain/sync-clock.ts';
import type { OutboundEvent } from '../../store/events.ts';
import type { StoredSyncConfig } from '../../store/sync-configs.ts';
import type { StoredSyncRecord } from '../../store/sync-records.ts';

/** The names of the events that the two sides exchange. */
export const SYNC_RECORD = 'sync.record';
export const SYNC_RECORDS = 'sync.records';
export const SYNC_REQUEST = 'sync.request';

export interface OutgoingRecord {
  record: StoredSyncRecord;
  /** What is sent as its data. */
  data: unknown;
}

/** One change of ours. */
export const recordEvent = (config: StoredSyncConfig, outgoing: OutgoingRecord, now: number): OutboundEvent =>
  toEvent(config, { event: SYNC_RECORD, now, data: wireOf(outgoing) });

/** Several records as they are. `run`: the full sync that they are part of. */
export const recordsEvent = (
  config: StoredSyncConfig,
  { records, run, now }: { records: OutgoingRecord[]; run: string | null; now: number },
): OutboundEvent =>
  toEvent(config, { event: SYNC_RECORDS, now, data: { run, records: records.map(wireOf) } });

/** Asks the other side for all that it has. */
export const requestEvent = (config: StoredSyncConfig, run: string, now: number): OutboundEvent =>
  toEvent(config, { event: SYNC_REQUEST, now, data: { run } });

function toEvent(
  { id: config, organizationId, endpointId, entity }: StoredSyncConfig,
  { event, now, data }: { event: string; now: number; data: object },
): OutboundEvent {
  if (endpointId === null) throw new Error(`sync ${config} has no endpoint to send to`);
  const id = newId();
  const body = eventBody({ id, event, at: new Date(now), data: { config, entity, ...data } });
  return { id, organizationId, endpointId, event, body };
}

const wireOf = ({ record, data }: OutgoingRecord) => ({
  key: record.key,
  data,
  deleted: record.content === null,
  version: record.version,
  clock: record.clock,
  origin: originOf(record.clock),
});

/** One name for all that is ours: which of our syncs it is, is in the clock. */
const originOf = (clock: string): string => {
  const origin = parseClock(clock)?.origin ?? '';
  return origin.startsWith('hookgate.') ? 'hookgate' : origin;
};
