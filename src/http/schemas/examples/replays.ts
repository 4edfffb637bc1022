import { IDS } from './ids.ts';

const CREATED_AT = '2026-03-10T10:20:00.000Z';

const filter = {
  workflowId: IDS.workflow,
  executionStatus: 'failed',
  from: '2026-03-10T08:00:00.000Z',
  to: '2026-03-10T10:00:00.000Z',
};

export const replayInput = { filter, ratePerSecond: 20 };

export const redriveInput = {
  filter: { endpointId: IDS.endpoint, outcome: 'connection_refused' },
  ratePerSecond: 20,
};

export const dryRun = { matched: 412, bounded: false };

export const replaySummary = {
  id: IDS.replay,
  kind: 'webhook_logs',
  state: 'completed',
  filter,
  ratePerSecond: 20,
  total: 412,
  totalBounded: false,
  replayed: 409,
  skipped: 3,
  requestedBy: `api_key:${IDS.apiKey}`,
  createdAt: CREATED_AT,
  finishedAt: '2026-03-10T10:20:21.480Z',
};

const noExecutions = {
  queued: 0,
  running: 0,
  retrying: 0,
  waiting: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  dead_lettered: 0,
};

export const replay = {
  ...replaySummary,
  executions: { ...noExecutions, running: 4, succeeded: 403, failed: 2 },
};

export const replayBegun = {
  ...replay,
  state: 'running',
  replayed: 0,
  skipped: 0,
  finishedAt: null,
  executions: noExecutions,
};

export const replayCancelled = {
  ...replay,
  state: 'cancelled',
  replayed: 120,
  skipped: 0,
  executions: { ...noExecutions, running: 4, succeeded: 116 },
};

export const logReplayed = {
  success: true,
  executionId: IDS.newExecution,
  replayOf: IDS.execution,
  logId: IDS.log,
  workflowId: IDS.workflow,
  timestamp: CREATED_AT,
};

export const redriveBegun = {
  ...replayBegun,
  kind: 'dead_letters',
  filter: redriveInput.filter,
  total: 38,
};
