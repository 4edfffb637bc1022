import { Type } from 'typebox';
import { existingConfig, type SyncPorts } from '../../n8n/sync/change-record.ts';
import { asTenant } from '../../store/database.ts';
import { findSyncConfig, listSyncConfigs } from '../../store/sync-configs.ts';
import type { App } from '../app.ts';
import { notModified } from '../management/etag.ts';
import { changeSyncConfig, createSyncConfig, removeSyncConfig } from '../management/sync-config-commands.ts';
import { syncConfigTag, syncConfigView, syncPath } from '../management/sync-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, page, problems } from '../schemas/common.ts';
import { IfMatch, IfNoneMatch, NotModified, tagged } from '../schemas/conditional.ts';
import { SyncConfig, SyncConfigChanges, SyncConfigInput, SyncConfigsQuery } from '../schemas/sync.ts';

const tags = ['Data sync'];

/** What is kept in step with another system: `/api/data-sync-configs`. */
export const dataSyncConfigRoutes =
  ({ sync: { db } }: { sync: SyncPorts }) =>
  async (app: App) => {
    app.post(
      '/api/data-sync-configs',
      {
        onRequest: requireScope('n8n:write'),
        schema: {
          operationId: 'createDataSyncConfig',
          tags,
          summary: 'Create a data sync',
          description:
            'Records of one entity are kept here and in another system. Changes here go to the endpoint as events `sync.record`; changes there come back as events `sync.record` (one) or `sync.records` (up to 500) at POST /api/webhooks/n8n, with `data: { config, key?, data, deleted?, clock? | changedAt?, baseVersion? }`. What came from there is never sent back.',
          body: SyncConfigInput,
          response: {
            201: answer(tagged(SyncConfig), { headers: { location: LOCATION } }),
            ...problems('invalid_configuration'),
          },
        },
      },
      async (request, reply) => {
        const config = await createSyncConfig(db, request.caller.organizationId, request.body);
        reply.code(201).header('location', syncPath(config.id)).header('etag', syncConfigTag(config));
        return syncConfigView(config);
      },
    );

    app.get(
      '/api/data-sync-configs',
      {
        onRequest: requireScope('n8n:read'),
        schema: {
          operationId: 'listDataSyncConfigs',
          tags,
          summary: 'List the data syncs',
          description: 'Newest first.',
          querystring: SyncConfigsQuery,
          response: { 200: page(SyncConfig), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query;
        const list = await asTenant(db, request.caller.organizationId, (trx) =>
          listSyncConfigs(trx, filter, { limit, cursor }),
        );
        return { ...list, data: list.data.map(syncConfigView) };
      },
    );

    app.get(
      '/api/data-sync-configs/:id',
      {
        onRequest: requireScope('n8n:read'),
        schema: {
          operationId: 'getDataSyncConfig',
          tags,
          summary: 'Show a data sync',
          description: 'Its settings, and how far its changes have come.',
          params: IdParams,
          headers: IfNoneMatch,
          response: { 200: tagged(SyncConfig), 304: NotModified, ...problems('data_sync_config_not_found') },
        },
      },
      async (request, reply) => {
        const config = await existingConfig(
          asTenant(db, request.caller.organizationId, (trx) => findSyncConfig(trx, request.params.id)),
        );
        return notModified(request, reply, syncConfigTag(config)) ? reply : syncConfigView(config);
      },
    );

    registerChanges(app, db);
  };

function registerChanges(app: App, db: SyncPorts['db']): void {
  app.patch(
    '/api/data-sync-configs/:id',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'changeDataSyncConfig',
        tags,
        summary: 'Change a data sync',
        description:
          'What is left out stays. `isActive: false` pauses it; resumed, it sends what was changed meanwhile. With another outbound mapping the records are sent again whose mapping failed. A change of direction sends nothing by itself: POST /api/data-sync-configs/:id/sync does.',
        params: IdParams,
        headers: IfMatch,
        body: SyncConfigChanges,
        response: {
          200: tagged(SyncConfig),
          ...problems('data_sync_config_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const target = {
        organizationId: request.caller.organizationId,
        configId: request.params.id,
        ifMatch: request.headers['if-match'],
      };
      const config = await changeSyncConfig(db, target, request.body);
      reply.header('etag', syncConfigTag(config));
      return syncConfigView(config);
    },
  );

  app.delete(
    '/api/data-sync-configs/:id',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'deleteDataSyncConfig',
        tags,
        summary: 'Delete a data sync',
        description:
          'With its records, its conflicts and its full syncs, for good. What is in the outbox still goes out. To stop it and keep the records, send `isActive: false` with PATCH.',
        params: IdParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...problems('data_sync_config_not_found', 'precondition_failed'),
        },
      },
    },
    async (request, reply) => {
      await removeSyncConfig(db, {
        organizationId: request.caller.organizationId,
        configId: request.params.id,
        ifMatch: request.headers['if-match'],
      });
      reply.code(204);
      return null;
    },
  );
}
