import type { Generated } from 'kysely';
import type { CreatedAt } from './columns.ts';

/** The trail of events, both ways. */
export interface EventTables {
  webhook_events: WebhookEventRow;
  webhook_event_attempts: WebhookEventAttemptRow;
}

interface WebhookEventRow {
  id: string;
  organization_id: string;
  direction: 'in' | 'out';
  event: string;
  state:
    | 'processed'
    | 'refused'
    | 'pending'
    | 'sending'
    | 'retrying'
    | 'succeeded'
    | 'failed'
    | 'dead_lettered';
  outcome: string | null;
  endpoint_id: string | null;
  workflow_id: string | null;
  execution_id: string | null;
  delivery_id: string | null;
  webhook_id: string | null;
  body: Buffer | null;
  body_bytes: number;
  signature_scheme: string | null;
  signature_verdict: string | null;
  source_ip: string | null;
  status_code: number | null;
  error_code: string | null;
  duration_ms: number | null;
  run: Generated<number>;
  attempts: Generated<number>;
  run_attempts: Generated<number>;
  next_attempt_at: Date | null;
  lease_token: string | null;
  gate: 'held' | 'admitted' | 'passing' | null;
  created_at: CreatedAt;
  finished_at: Date | null;
}

interface WebhookEventAttemptRow {
  organization_id: string;
  event_id: string;
  attempt: number;
  run: number;
  started_at: Date;
  duration_ms: number | null;
  outcome: string;
  result: 'succeeded' | 'failed' | 'ambiguous';
  status_code: number | null;
  error: string | null;
  advice: string | null;
  response_body: Buffer | null;
  response_truncated: Generated<boolean>;
  next_attempt_at: Date | null;
}
