import { type Static, Type } from 'typebox';
import {
  CONFLICT_POLICIES,
  OUTBOUND_STATES,
  RESOLUTIONS,
  RUN_STATES,
  SYNC_DIRECTIONS,
} from '../../domain/sync.ts';
import { Id, listQuery, Nullable, page, Timestamp } from './common.ts';
import * as examples from './examples/sync.ts';
import { Name, Text } from './text.ts';

const Direction = Type.Enum(SYNC_DIRECTIONS, {
  type: 'string',
  description: '`outbound`: changes here go out; `inbound`: changes from there are taken.',
});
const KeyPath = Nullable(
  Type.String({
    maxLength: 200,
    pattern:
      '^(/[^/\\u0000\\ud800-\\udfff]{1,100}|[^/.\\u0000\\ud800-\\udfff]{1,100})([/.][^/.\\u0000\\ud800-\\udfff]{1,100}){0,9}$',
    description:
      'Where the key is in a record as it is kept here: a JSON pointer (`/id`) or a path with dots (`customer.id`). Then whoever sends a record need not name its key.',
  }),
);
const Jsonata = (description: string) => Nullable(Text({ minLength: 1, maxLength: 10_000, description }));
const Mapping = Type.Object(
  {
    outbound: Type.Optional(
      Jsonata('JSONata, given a record as it is kept here. Its result is sent as `data`; null: the record.'),
    ),
    inbound: Type.Optional(
      Jsonata('JSONata, given `data` as it came. Its result, an object, is kept; null: what came.'),
    ),
  },
  { title: 'SyncMapping', additionalProperties: false },
);
const ConflictPolicy = Type.Enum(CONFLICT_POLICIES, {
  type: 'string',
  description:
    '`last_write_wins`: of two changes the one with the later clock; `manual`: changes that did not know of each other are both kept, and somebody decides.',
});
const IsActive = Type.Boolean({
  description:
    'While it is not, changes here are kept and go out later; what comes from there is refused with `sync_paused`.',
});

const optional = {
  keyPath: Type.Optional(KeyPath),
  mapping: Type.Optional(Mapping),
  conflictPolicy: Type.Optional(ConflictPolicy),
  isActive: Type.Optional(IsActive),
};
const EndpointId = { ...Id, description: 'Where changes go, and whose own secret may sign what comes back.' };

export const SyncConfigInput = Type.Object(
  { entity: Name, direction: Direction, endpointId: EndpointId, ...optional },
  { title: 'DataSyncConfigInput', additionalProperties: false, examples: [examples.configInput] },
);
export type SyncConfigInput = Static<typeof SyncConfigInput>;

export const SyncConfigChanges = Type.Object(
  {
    entity: Type.Optional(Name),
    direction: Type.Optional(Direction),
    endpointId: Type.Optional(EndpointId),
    ...optional,
  },
  {
    title: 'DataSyncConfigChanges',
    additionalProperties: false,
    minProperties: 1,
    description: 'What is left out stays, within `mapping` too.',
    examples: [examples.configChanges],
  },
);
export type SyncConfigChanges = Static<typeof SyncConfigChanges>;

export const SyncConfigsQuery = listQuery({
  entity: Type.Optional({ ...Name, description: 'Of this entity only.' }),
  endpointId: Type.Optional({ ...Id, description: 'With this endpoint only.' }),
  isActive: Type.Optional(Type.Boolean({ description: 'Only those that are, or are not.' })),
});

export const SyncConfig = Type.Object(
  {
    id: Id,
    entity: Type.String(),
    direction: Direction,
    endpointId: Nullable({
      ...Id,
      description: 'null: it was deleted. What is to go out waits for another one.',
    }),
    keyPath: KeyPath,
    mapping: Type.Object({ outbound: Nullable(Type.String()), inbound: Nullable(Type.String()) }),
    conflictPolicy: ConflictPolicy,
    isActive: Type.Boolean(),
    changeSeq: Type.Integer({ description: 'Of the record that was changed last; 0: there is none.' }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    title: 'DataSyncConfig',
    description: 'What is kept in step with another system, and how.',
    examples: [examples.config],
  },
);
export type SyncConfig = Static<typeof SyncConfig>;

const Key = Type.String({ minLength: 1, maxLength: 200, description: 'The key of the record.' });
export const RecordParams = Type.Object({ id: Id, key: Key }, { additionalProperties: false });

// Not a Record: the pattern that stands for any name matches none with a line break, and those would not be answered.
const Data = Type.Unsafe<Record<string, unknown>>(
  Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'The record. Numbers are as in JavaScript: larger ones than 2^53 belong into texts.',
    },
  ),
);

export const SyncRecordInput = Type.Object(
  { data: Data },
  { title: 'SyncRecordInput', additionalProperties: false, examples: [examples.recordInput] },
);

const Outbound = Type.Object(
  {
    state: Nullable(
      Type.Enum(OUTBOUND_STATES, {
        type: 'string',
        title: 'SyncOutboundState',
        description:
          'Of the last change: `queued`: it is in the outbox (GET /api/webhook-events shows the event); `pending`: it waits until the sync can send; `failed`: its mapping did. null: it is not to go out.',
      }),
    ),
    error: Nullable(Type.String()),
    eventId: Nullable(Id),
  },
  { title: 'SyncOutbound' },
);
const Clock = Type.String({
  description: 'A hybrid logical clock. Of two such texts the greater one is the later clock.',
});

export const SyncRecord = Type.Object(
  {
    key: Type.String(),
    data: Nullable(Data),
    deleted: Type.Boolean({
      description: 'It is kept without data, so that an older change does not bring it back.',
    }),
    version: Type.Integer({ description: 'Counts its changes.' }),
    clock: Clock,
    origin: Type.Enum(['local', 'remote'], { type: 'string', description: 'Who made the last change.' }),
    changeSeq: Type.Integer({ description: 'Greater than that of every change before, of whatever record.' }),
    changedAt: Timestamp,
    outbound: Outbound,
  },
  { title: 'SyncRecord', description: 'A record as it is here.', examples: [examples.record] },
);
export type SyncRecord = Static<typeof SyncRecord>;

export const SyncRecordsQuery = listQuery({
  changedSince: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 999_999_999_999_999,
      description: 'Only records changed after the change with this `changeSeq`.',
    }),
  ),
  outbound: Type.Optional(
    Type.Enum(OUTBOUND_STATES, {
      type: 'string',
      description: 'Only those whose last change is in this state on its way out.',
    }),
  ),
});

export const SyncRecords = Type.Object(
  {
    data: Type.Array(SyncRecord),
    nextCursor: Nullable(
      Type.String({ description: 'Where the next page begins; null: this was the last.' }),
    ),
    changedSince: Type.Integer({
      description: 'To be asked with next time: everything up to there has been seen with this page.',
    }),
  },
  {
    title: 'SyncRecords',
    description: 'One page, in the order of the changes.',
    examples: [examples.records],
  },
);

export const ConflictParams = Type.Object(
  { id: Id, conflictId: { ...Id, description: 'The id of the conflict.' } },
  { additionalProperties: false },
);

export const SyncConflictsQuery = listQuery({
  state: Type.Optional(
    Type.Enum(['open', 'resolved'], { type: 'string', description: 'Only those in this state.' }),
  ),
  key: Type.Optional({ ...Key, description: 'Of the record with this key only.' }),
});

export const SyncConflict = Type.Object(
  {
    id: Id,
    key: Type.String(),
    state: Type.Enum(['open', 'resolved'], { type: 'string', title: 'SyncConflictState' }),
    local: Type.Object(
      { data: Nullable(Data), deleted: Type.Boolean(), version: Type.Integer(), clock: Clock },
      { description: 'The record as it was here.' },
    ),
    remote: Type.Object(
      {
        data: Nullable(Data),
        deleted: Type.Boolean(),
        clock: Clock,
        baseVersion: Nullable(Type.Integer({ description: 'The version of ours that it was made to.' })),
      },
      { description: 'The change from there.' },
    ),
    resolution: Nullable(Type.Enum(RESOLUTIONS, { type: 'string', title: 'SyncResolution' })),
    resolvedVersion: Nullable(Type.Integer({ description: 'Of the record.' })),
    resolvedBy: Nullable(Type.String()),
    createdAt: Timestamp,
    resolvedAt: Nullable(Timestamp),
  },
  {
    title: 'SyncConflict',
    description: 'Two changes that did not know of each other.',
    examples: [examples.conflict],
  },
);
export type SyncConflict = Static<typeof SyncConflict>;
export const SyncConflicts = page(SyncConflict);

export const SyncDecision = Type.Object(
  {
    choose: Type.Enum(RESOLUTIONS, {
      type: 'string',
      description: '`local`: as the record is here now; `remote`: as it is there; `merged`: `data`.',
    }),
    data: Type.Optional({
      ...Nullable(Data),
      description: 'For `merged`: what the record is to be; null: deleted.',
    }),
  },
  { title: 'SyncDecision', additionalProperties: false, examples: [examples.decision] },
);

export const RunParams = Type.Object(
  { id: Id, runId: { ...Id, description: 'The id of the full sync.' } },
  { additionalProperties: false },
);

export const SyncRunInput = Type.Object(
  {
    direction: Type.Optional(
      Type.Enum(['inbound', 'outbound'], {
        type: 'string',
        description: 'Left out: the direction of the data sync, and `outbound` where it goes both ways.',
      }),
    ),
  },
  { title: 'SyncRunInput', additionalProperties: false, examples: [examples.runInput] },
);

export const SyncRun = Type.Object(
  {
    id: Id,
    configId: Id,
    direction: Type.Enum(['inbound', 'outbound'], { type: 'string', title: 'SyncRunDirection' }),
    state: Type.Enum(RUN_STATES, { type: 'string', title: 'SyncRunState' }),
    total: Nullable(Type.Integer({ description: 'null: the other side has not said how many it has.' })),
    done: Type.Integer({ description: 'Records that were delivered, or received.' }),
    failed: Type.Integer({ description: 'Records whose mapping failed, or that could not be delivered.' }),
    sending: Type.Integer({ description: 'Records that are on their way.' }),
    requestedBy: Type.String(),
    createdAt: Timestamp,
    finishedAt: Nullable(Timestamp),
  },
  { title: 'SyncRun', description: 'All records once, and how far that is.', examples: [examples.run] },
);
export type SyncRun = Static<typeof SyncRun>;
