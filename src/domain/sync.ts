export const SYNC_DIRECTIONS = ['inbound', 'outbound', 'bidirectional'] as const;
export type SyncDirection = (typeof SYNC_DIRECTIONS)[number];

export const CONFLICT_POLICIES = ['last_write_wins', 'manual'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** What became of a record's last change on its way out. `pending`: it waits; `failed`: its mapping did. */
export const OUTBOUND_STATES = ['queued', 'pending', 'failed'] as const;
export type OutboundState = (typeof OUTBOUND_STATES)[number];

export const RUN_STATES = ['running', 'paused', 'completed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const RESOLUTIONS = ['local', 'remote', 'merged'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** A record as it is kept: an object. */
export type RecordData = Record<string, unknown>;

export const isRecordData = (value: unknown): value is RecordData =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The data of a record; null: it is deleted. */
export type Content = RecordData | null;

/** How many records one event has at the most: of ours, and of the other side's. */
export const MAX_SENT_RECORDS = 100;
export const MAX_RECEIVED_RECORDS = 500;
