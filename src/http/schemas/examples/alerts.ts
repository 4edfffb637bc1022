import { adviceOn } from '../../../domain/alert-details.ts';
import { IDS, RECEIVED_AT } from './ids.ts';

export const alert = {
  id: '01991c2a-8e17-7b3d-a60f-2c94d17e5b08',
  kind: 'authentication_failures',
  status: 'open',
  workflow: { id: IDS.workflow, name: 'Orders' },
  startedAt: RECEIVED_AT,
  lastSeenAt: '2026-03-10T09:31:15.482Z',
  endedAt: null,
  endReason: null,
  counted: {
    failures: 25,
    reasons: [{ reason: 'signature_mismatch', count: 25 }],
    sources: [{ sourceIp: '203.0.113.24', count: 20 }],
  },
  threshold: { count: 20 },
  windowSeconds: 300,
  advice: adviceOn('authentication_failures', IDS.workflow),
};
