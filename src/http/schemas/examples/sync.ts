import { CREATED_AT, IDS } from './ids.ts';

const CONFIG = '01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35';
const CONFLICT = '01991d2e-84f7-7d19-9a63-c25e1b70f48d';
const RUN = '01991d11-0c92-73ae-b4d8-91f3a6e25d07';
const KEY = 'C-1042';
const CHANGED_AT = '2026-03-10T10:42:07.318Z';

const mapping = {
  outbound: '{ "ContactId": id, "Mail": email, "Name": name }',
  inbound: '{ "id": ContactId, "email": $lowercase(Mail), "name": Name }',
};

export const configInput = {
  entity: 'contacts',
  direction: 'bidirectional',
  endpointId: IDS.endpoint,
  keyPath: 'id',
  mapping,
  conflictPolicy: 'manual',
};

export const configChanges = { isActive: false };

export const config = {
  id: CONFIG,
  ...configInput,
  isActive: true,
  changeSeq: 318,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
};

const contact = { id: KEY, email: 'ada@example.com', name: 'Ada Lovelace' };

export const recordInput = { data: contact };

export const record = {
  key: KEY,
  data: contact,
  deleted: false,
  version: 4,
  clock: '001773139327318-000000-hookgate.0b7c35aa',
  origin: 'local',
  changeSeq: 318,
  changedAt: CHANGED_AT,
  outbound: { state: 'queued', error: null, eventId: '01991d2a-1f06-7b92-8c3d-57e0a9d4b1f6' },
};

export const tombstone = {
  ...record,
  data: null,
  deleted: true,
  version: 5,
  changeSeq: 319,
};

export const recordWaiting = { ...record, outbound: { ...record.outbound, state: 'pending' } };

export const records = { data: [record], nextCursor: null, changedSince: 318 };

export const conflict = {
  id: CONFLICT,
  key: KEY,
  state: 'open',
  local: { data: contact, deleted: false, version: 4, clock: record.clock },
  remote: {
    data: { ...contact, email: 'countess@example.com' },
    deleted: false,
    clock: '001773139330021-000000-crm',
    baseVersion: 3,
  },
  resolution: null,
  resolvedVersion: null,
  resolvedBy: null,
  createdAt: CHANGED_AT,
  resolvedAt: null,
};

export const decision = { choose: 'merged', data: { ...contact, email: 'countess@example.com' } };

export const conflictResolved = {
  ...conflict,
  state: 'resolved',
  resolution: 'merged',
  resolvedVersion: 5,
  resolvedBy: `api_key:${IDS.apiKey}`,
  resolvedAt: '2026-03-10T11:05:40.112Z',
};

export const runInput = { direction: 'outbound' };

export const run = {
  id: RUN,
  configId: CONFIG,
  direction: 'outbound',
  state: 'running',
  total: 100_000,
  done: 42_300,
  failed: 0,
  sending: 1_000,
  requestedBy: `api_key:${IDS.apiKey}`,
  createdAt: CHANGED_AT,
  finishedAt: null,
};

export const runBegun = { ...run, done: 0, sending: 0 };
export const runPaused = { ...run, state: 'paused' };
export const runCancelled = { ...run, state: 'cancelled', finishedAt: '2026-03-10T10:43:19.870Z' };
