import type { Catalogue } from './entry.ts';

/** Data sync. */
export const SYNC_PROBLEMS = {
  data_sync_config_not_found: {
    status: 404,
    title: 'Data sync not found',
    detail:
      'There is no data sync with this id. GET /api/data-sync-configs lists those of your organization.',
  },
  sync_record_not_found: {
    status: 404,
    title: 'Record not found',
    detail:
      'The data sync has no record with this key. GET /api/data-sync-configs/:id/records lists those it has.',
  },
  sync_conflict_not_found: {
    status: 404,
    title: 'Conflict not found',
    detail:
      'The data sync has no conflict with this id. GET /api/data-sync-configs/:id/conflicts lists those it has.',
  },
  sync_conflict_resolved: {
    status: 409,
    title: 'Conflict resolved',
    detail: 'Somebody has decided it already. See the record for what it is now, and change that.',
  },
  sync_run_not_found: {
    status: 404,
    title: 'Full sync not found',
    detail:
      'The data sync has no full sync with this id. GET /api/data-sync-configs/:id/runs lists those it has.',
  },
  sync_run_in_progress: {
    status: 409,
    title: 'Full sync in progress',
    detail: 'The data sync has a full sync that has not ended. Wait for its end, or cancel it.',
  },
  sync_run_state: {
    status: 409,
    title: 'Full sync not in that state',
    detail:
      'Only what is running is paused, only what is paused is resumed, and what has ended is not cancelled. See its state.',
  },
  sync_paused: {
    status: 409,
    title: 'Data sync paused',
    detail:
      'The data sync is not active, and takes nothing meanwhile. Activate it with PATCH /api/data-sync-configs/:id, and send it again.',
  },
  sync_direction: {
    status: 409,
    title: 'Not in this direction',
    detail:
      'The data sync does not go in this direction. Check its direction, and change it with PATCH /api/data-sync-configs/:id.',
  },
  sync_mapping_failed: {
    status: 422,
    title: 'Mapping failed',
    detail:
      'The inbound mapping of the data sync cannot be applied to what was sent. See errors for each record; none of them was taken.',
  },
} as const satisfies Catalogue;
