import { Problem } from '../../domain/problem.ts';
import { existingConfig, type SyncPorts } from '../../n8n/sync/change-record.ts';
import { resolveConflict } from '../../n8n/sync/commands.ts';
import { asTenant } from '../../store/database.ts';
import { findSyncConfig } from '../../store/sync-configs.ts';
import { findSyncConflict, listSyncConflicts } from '../../store/sync-conflicts.ts';
import type { App } from '../app.ts';
import { dataFaults } from '../management/sync-record-input.ts';
import { syncConflictView } from '../management/sync-view.ts';
import { refuseFaults } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, problems } from '../schemas/common.ts';
import { conflictResolved } from '../schemas/examples/sync.ts';
import {
  ConflictParams,
  SyncConflict,
  SyncConflicts,
  SyncConflictsQuery,
  SyncDecision,
} from '../schemas/sync.ts';

const tags = ['Data sync'];

/** What waits for somebody to decide: `/api/data-sync-configs/:id/conflicts`. */
export const dataSyncConflictRoutes =
  ({ sync }: { sync: SyncPorts }) =>
  async (app: App) => {
    const { db } = sync;

    app.get(
      '/api/data-sync-configs/:id/conflicts',
      {
        onRequest: requireScope('n8n:read'),
        schema: {
          operationId: 'listSyncConflicts',
          tags,
          summary: 'List the conflicts',
          description: 'Newest first, resolved ones too: each keeps both sides.',
          params: IdParams,
          querystring: SyncConflictsQuery,
          response: { 200: SyncConflicts, ...problems('data_sync_config_not_found', 'invalid_cursor') },
        },
      },
      (request) =>
        asTenant(db, request.caller.organizationId, async (trx) => {
          const { id: configId } = request.params;
          const { limit, cursor, ...filter } = request.query;
          await existingConfig(findSyncConfig(trx, configId));
          const list = await listSyncConflicts(trx, { configId, ...filter }, { limit, cursor });
          return { ...list, data: list.data.map(syncConflictView) };
        }),
    );

    app.get(
      '/api/data-sync-configs/:id/conflicts/:conflictId',
      {
        onRequest: requireScope('n8n:read'),
        schema: {
          operationId: 'getSyncConflict',
          tags,
          summary: 'Show a conflict',
          description: 'Both sides of it, and what was decided.',
          params: ConflictParams,
          response: {
            200: SyncConflict,
            ...problems('data_sync_config_not_found', 'sync_conflict_not_found'),
          },
        },
      },
      (request) =>
        asTenant(db, request.caller.organizationId, async (trx) => {
          const { id: configId, conflictId } = request.params;
          await existingConfig(findSyncConfig(trx, configId));
          const conflict = await findSyncConflict(trx, configId, conflictId);
          if (conflict === null) throw new Problem('sync_conflict_not_found');
          return syncConflictView(conflict);
        }),
    );

    registerResolve(app, sync);
  };

function registerResolve(app: App, sync: SyncPorts): void {
  app.post(
    '/api/data-sync-configs/:id/conflicts/:conflictId/resolve',
    {
      config: { carries: 'data' },
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'resolveSyncConflict',
        tags,
        summary: 'Resolve a conflict',
        description:
          'Makes a new change of the record, later than both sides, which goes out. Other conflicts of the same record stay open.',
        params: ConflictParams,
        body: SyncDecision,
        response: {
          200: answer(SyncConflict, { example: conflictResolved }),
          ...problems(
            'data_sync_config_not_found',
            'sync_conflict_not_found',
            'sync_conflict_resolved',
            'invalid_configuration',
          ),
        },
      },
    },
    async (request) => {
      const { id: configId, conflictId } = request.params;
      const { organizationId, name: by } = request.caller;
      const { choose, data } = request.body;
      if ((choose === 'merged') !== (data !== undefined)) {
        refuseFaults([{ pointer: '/body/data', detail: 'is required for merged, and for nothing else' }]);
      }
      const merged = data ?? null;
      if (merged !== null) refuseFaults(dataFaults(merged, '/body/data'));
      const decision = { organizationId, configId, conflictId, choose, merged, by };
      return syncConflictView((await resolveConflict(sync, decision)).conflict);
    },
  );
}
