import type { Content } from '../../domain/sync.ts';
import type { StoredSyncConfig } from '../../store/sync-configs.ts';
import type { StoredSyncConflict } from '../../store/sync-conflicts.ts';
import type { StoredSyncRecord } from '../../store/sync-records.ts';
import type { StoredSyncRun } from '../../store/sync-runs.ts';
import type { SyncConfig, SyncConflict, SyncRecord, SyncRun } from '../schemas/sync.ts';
import { entityTag } from './etag.ts';

export const syncPath = (id: string): string => `/api/data-sync-configs/${id}`;

export const syncConfigView = (config: StoredSyncConfig): SyncConfig => ({
  id: config.id,
  entity: config.entity,
  direction: config.direction,
  endpointId: config.endpointId,
  keyPath: config.keyPath,
  mapping: config.mapping,
  conflictPolicy: config.conflictPolicy,
  isActive: config.isActive,
  changeSeq: config.changeSeq,
  createdAt: config.createdAt.toISOString(),
  updatedAt: config.updatedAt.toISOString(),
});

export const syncConfigTag = (config: StoredSyncConfig): string =>
  entityTag(config.version, syncConfigView(config));

const contentView = (content: Content) => ({ data: content, deleted: content === null });

export const syncRecordView = (record: StoredSyncRecord): SyncRecord => ({
  key: record.key,
  ...contentView(record.content),
  version: record.version,
  clock: record.clock,
  origin: record.origin,
  changeSeq: record.changeSeq,
  changedAt: record.changedAt.toISOString(),
  outbound: { state: record.outbound, error: record.outboundError, eventId: record.eventId },
});

export const syncRecordTag = (record: StoredSyncRecord): string =>
  entityTag(record.version, syncRecordView(record));

export const syncConflictView = (conflict: StoredSyncConflict): SyncConflict => ({
  id: conflict.id,
  key: conflict.key,
  state: conflict.state,
  local: {
    ...contentView(conflict.local.content),
    version: conflict.local.version,
    clock: conflict.local.clock,
  },
  remote: {
    ...contentView(conflict.remote.content),
    clock: conflict.remote.clock,
    baseVersion: conflict.remote.baseVersion,
  },
  resolution: conflict.resolution,
  resolvedVersion: conflict.resolvedVersion,
  resolvedBy: conflict.resolvedBy,
  createdAt: conflict.createdAt.toISOString(),
  resolvedAt: conflict.resolvedAt?.toISOString() ?? null,
});

export const syncRunView = ({ createdAt, finishedAt, ...run }: StoredSyncRun): SyncRun => ({
  ...run,
  createdAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});
