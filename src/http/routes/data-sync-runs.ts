import { existingConfig, type SyncPorts } from '../../n8n/sync/change-record.ts';
import { commandRun, existingRun, startRun } from '../../n8n/sync/commands.ts';
import { asTenant } from '../../store/database.ts';
import { findSyncConfig } from '../../store/sync-configs.ts';
import { listSyncRuns, type RunCommand } from '../../store/sync-runs.ts';
import type { App } from '../app.ts';
import { syncPath, syncRunView } from '../management/sync-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, listQuery, page, problems } from '../schemas/common.ts';
import { run, runBegun, runCancelled, runPaused } from '../schemas/examples/sync.ts';
import { RunParams, SyncRun, SyncRunInput } from '../schemas/sync.ts';

const tags = ['Data sync'];

/** All records once: `/api/data-sync-configs/:id/sync` and `/api/data-sync-configs/:id/runs`. */
export const dataSyncRunRoutes =
  ({ sync }: { sync: SyncPorts }) =>
  async (app: App) => {
    registerStart(app, sync);
    registerReading(app, sync);
    for (const command of Object.keys(COMMANDS) as RunCommand[]) registerCommand(app, sync, command);
  };

function registerStart(app: App, sync: SyncPorts): void {
  app.post(
    '/api/data-sync-configs/:id/sync',
    {
      onRequest: requireScope('n8n:write'),
      // No body at all asks for the direction of the data sync.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'startSyncRun',
        tags,
        summary: 'Begin a full sync',
        description:
          'Outbound: every record goes out in events `sync.records` of up to 100, a few at a time, whatever is restarted meanwhile. Inbound: an event `sync.request` with the id of the full sync asks for all that is there; it comes as events `sync.records` with `run`, `total` if known, and `done: true` with the last.',
        params: IdParams,
        body: SyncRunInput,
        'x-body-optional': true,
        response: {
          202: answer(SyncRun, {
            description: 'It has begun.',
            headers: { location: LOCATION },
            example: runBegun,
          }),
          ...problems('data_sync_config_not_found', 'sync_direction', 'sync_paused', 'sync_run_in_progress'),
        },
      },
    },
    async (request, reply) => {
      const { organizationId, name: requestedBy } = request.caller;
      const { direction } = request.body;
      const configId = request.params.id;
      const begun = await startRun(sync, { organizationId, configId, direction, requestedBy });
      reply.code(202).header('location', `${syncPath(configId)}/runs/${begun.id}`);
      return syncRunView(begun);
    },
  );
}

function registerReading(app: App, { db }: SyncPorts): void {
  app.get(
    '/api/data-sync-configs/:id/runs',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'listSyncRuns',
        tags,
        summary: 'List the full syncs',
        description: 'Newest first.',
        params: IdParams,
        querystring: listQuery({}),
        response: { 200: page(SyncRun), ...problems('data_sync_config_not_found', 'invalid_cursor') },
      },
    },
    (request) =>
      asTenant(db, request.caller.organizationId, async (trx) => {
        await existingConfig(findSyncConfig(trx, request.params.id));
        const list = await listSyncRuns(trx, request.params.id, request.query);
        return { ...list, data: list.data.map(syncRunView) };
      }),
  );

  app.get(
    '/api/data-sync-configs/:id/runs/:runId',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'getSyncRun',
        tags,
        summary: 'Show a full sync',
        description: 'How far it is.',
        params: RunParams,
        response: { 200: SyncRun, ...problems('data_sync_config_not_found', 'sync_run_not_found') },
      },
    },
    (request) =>
      asTenant(db, request.caller.organizationId, async (trx) => {
        const { id, runId } = request.params;
        await existingConfig(findSyncConfig(trx, id));
        return syncRunView(await existingRun(trx, id, runId));
      }),
  );
}

const COMMANDS = {
  pause: {
    operationId: 'pauseSyncRun',
    summary: 'Pause a full sync',
    description:
      'It sends nothing more until it is resumed; of an inbound one, what comes is refused meanwhile.',
    example: runPaused,
  },
  resume: {
    operationId: 'resumeSyncRun',
    summary: 'Resume a full sync',
    description: 'It goes on where it was paused.',
    example: run,
  },
  cancel: {
    operationId: 'cancelSyncRun',
    summary: 'Cancel a full sync',
    description: 'It sends nothing more. What it has sent, or received, stays.',
    example: runCancelled,
  },
} as const;

function registerCommand(app: App, sync: SyncPorts, command: RunCommand): void {
  const { example, ...described } = COMMANDS[command];
  app.post(
    `/api/data-sync-configs/:id/runs/:runId/${command}`,
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        ...described,
        tags,
        params: RunParams,
        response: {
          202: answer(SyncRun, { example }),
          ...problems('data_sync_config_not_found', 'sync_run_not_found', 'sync_run_state'),
        },
      },
    },
    async (request, reply) => {
      const { id: configId, runId } = request.params;
      const { organizationId } = request.caller;
      reply.code(202);
      return syncRunView(await commandRun(sync, { organizationId, configId, runId, command }));
    },
  );
}
