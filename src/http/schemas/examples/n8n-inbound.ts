import { IDS, RECEIVED_AT } from './ids.ts';

export const n8nEventInput = {
  event: 'workflow.completed',
  executionId: IDS.execution,
  deliveryId: IDS.delivery,
  n8nExecutionId: '2041',
  status: 'success',
  data: { invoice: 'R-2026-0017' },
};

export const n8nEventReceived = {
  success: true,
  message: 'The execution has been told',
  eventId: '01991c2a-9d10-7b6e-8a41-70c3e95fd2b8',
  event: 'workflow.completed',
  outcome: 'applied',
  duplicate: false,
  executionId: IDS.execution,
  jobId: IDS.execution,
  status: 'succeeded',
  timestamp: RECEIVED_AT,
};
