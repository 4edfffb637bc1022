import { Problem } from '../../domain/problem.ts';
import { existingConfig, type SyncPorts } from '../../n8n/sync/change-record.ts';
import { deleteRecord, putRecord, type RecordTarget, sendRecordAgain } from '../../n8n/sync/commands.ts';
import { asTenant, type Tx } from '../../store/database.ts';
import { findSyncConfig } from '../../store/sync-configs.ts';
import { findSyncRecord, listSyncRecords, type StoredSyncRecord } from '../../store/sync-records.ts';
import type { App } from '../app.ts';
import { allowsChange, notModified } from '../management/etag.ts';
import { checkKey, dataFaults, keyMismatchFaults } from '../management/sync-record-input.ts';
import { syncPath, syncRecordTag, syncRecordView } from '../management/sync-view.ts';
import { refuseFaults } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, problems } from '../schemas/common.ts';
import { IfMatch, IfNoneMatch, NotModified, tagged } from '../schemas/conditional.ts';
import { recordWaiting, tombstone } from '../schemas/examples/sync.ts';
import { RecordParams, SyncRecord, SyncRecordInput, SyncRecords, SyncRecordsQuery } from '../schemas/sync.ts';

const tags = ['Data sync'];

/** The records of a data sync: `/api/data-sync-configs/:id/records`. */
export const dataSyncRecordRoutes =
  ({ sync }: { sync: SyncPorts }) =>
  async (app: App) => {
    registerReading(app, sync);
    registerChanges(app, sync);

    app.post(
      '/api/data-sync-configs/:id/records/:key/send',
      {
        onRequest: requireScope('n8n:write'),
        schema: {
          operationId: 'sendSyncRecord',
          tags,
          summary: 'Send a record again',
          description:
            'As it is now, also one that was deleted, or that came from there: for a mapping that failed, or an event that was lost.',
          params: RecordParams,
          response: {
            202: answer(SyncRecord, { example: recordWaiting }),
            ...problems('data_sync_config_not_found', 'sync_record_not_found', 'sync_direction'),
          },
        },
      },
      async (request, reply) => {
        const { id: configId, key } = request.params;
        const { organizationId } = request.caller;
        const record = await sendRecordAgain(sync, { organizationId, configId, key: checkKey(key) });
        reply.code(202);
        return syncRecordView(record);
      },
    );
  };

function registerReading(app: App, { db }: SyncPorts): void {
  app.get(
    '/api/data-sync-configs/:id/records',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'listSyncRecords',
        tags,
        summary: 'List the records, or what was changed since',
        description:
          'In the order of their last changes, deleted ones too. Whoever follows them asks with `changedSince` of the answer before: no change is missed, because none becomes visible after a later one. A record that changes meanwhile comes again.',
        params: IdParams,
        querystring: SyncRecordsQuery,
        response: { 200: SyncRecords, ...problems('data_sync_config_not_found', 'invalid_cursor') },
      },
    },
    (request) =>
      asTenant(db, request.caller.organizationId, async (trx) => {
        const { id: configId } = request.params;
        const { limit, cursor, changedSince = 0, outbound } = request.query;
        await existingConfig(findSyncConfig(trx, configId));
        const filter = { configId, changedSince, outbound };
        const list = await listSyncRecords(trx, filter, { limit, cursor });
        const last = list.data.at(-1)?.changeSeq ?? changedSince;
        return { ...list, data: list.data.map(syncRecordView), changedSince: last };
      }),
  );

  app.get(
    '/api/data-sync-configs/:id/records/:key',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'getSyncRecord',
        tags,
        summary: 'Show a record',
        description: 'Also one that was deleted: without its data.',
        params: RecordParams,
        headers: IfNoneMatch,
        response: {
          200: tagged(SyncRecord),
          304: NotModified,
          ...problems('data_sync_config_not_found', 'sync_record_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { id: configId, key } = request.params;
      const record = await asTenant(db, request.caller.organizationId, (trx) =>
        existingRecord(trx, configId, checkKey(key)),
      );
      return notModified(request, reply, syncRecordTag(record)) ? reply : syncRecordView(record);
    },
  );
}

async function existingRecord(trx: Tx, configId: string, key: string): Promise<StoredSyncRecord> {
  await existingConfig(findSyncConfig(trx, configId));
  const record = await findSyncRecord(trx, configId, key);
  if (record === null) throw new Problem('sync_record_not_found');
  return record;
}

interface RecordRequest {
  caller: { organizationId: string };
  params: { id: string; key: string };
  headers: { 'if-match'?: string | undefined };
}

function targetOf({ caller, params, headers }: RecordRequest): RecordTarget {
  const ifMatch = headers['if-match'];
  return {
    organizationId: caller.organizationId,
    configId: params.id,
    key: checkKey(params.key),
    // Where there is no record, there is nothing that a tag could be of.
    allows: (version) => (version === null ? ifMatch === undefined : allowsChange(ifMatch, version)),
  };
}

function registerChanges(app: App, sync: SyncPorts): void {
  app.put(
    '/api/data-sync-configs/:id/records/:key',
    {
      config: { carries: 'data' },
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'putSyncRecord',
        tags,
        summary: 'Create or change a record',
        description:
          'Kept, and put into the outbox with the same commit. Where the outbound mapping fails, it is kept all the same: `outbound` says so.',
        params: RecordParams,
        headers: IfMatch,
        body: SyncRecordInput,
        response: {
          200: answer(tagged(SyncRecord), { description: 'It was there.' }),
          201: answer(tagged(SyncRecord), {
            description: 'It was not there, or it was deleted.',
            headers: { location: LOCATION },
          }),
          ...problems('data_sync_config_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const target = targetOf(request);
      const { data } = request.body;
      const { organizationId, configId, key } = target;
      const config = await existingConfig(
        asTenant(sync.db, organizationId, (trx) => findSyncConfig(trx, configId)),
      );
      refuseFaults([...dataFaults(data, '/body/data'), ...keyMismatchFaults(key, data, config.keyPath)]);
      const { record, created } = await putRecord(sync, target, data);
      reply.header('etag', syncRecordTag(record));
      if (created)
        reply.code(201).header('location', `${syncPath(configId)}/records/${encodeURIComponent(key)}`);
      return syncRecordView(record);
    },
  );

  app.delete(
    '/api/data-sync-configs/:id/records/:key',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'deleteSyncRecord',
        tags,
        summary: 'Delete a record',
        description:
          'That it was deleted is kept, and goes out as a change. Deleting it once more changes nothing.',
        params: RecordParams,
        headers: IfMatch,
        response: {
          200: answer(tagged(SyncRecord), { example: tombstone }),
          ...problems('data_sync_config_not_found', 'sync_record_not_found', 'precondition_failed'),
        },
      },
    },
    async (request, reply) => {
      const record = await deleteRecord(sync, targetOf(request));
      reply.header('etag', syncRecordTag(record));
      return syncRecordView(record);
    },
  );
}
