import type { Generated } from 'kysely';
import type { CreatedAt, Json } from './columns.ts';

/** What is known of the events of senders, and of what is unusual about them. */
export interface SenderTables {
  webhook_dedup: WebhookDedupRow;
  alert_episodes: AlertEpisodeRow;
  alert_notices: AlertNoticeRow;
}

interface WebhookDedupRow {
  organization_id: string;
  workflow_id: string;
  key_sha256: Buffer;
  execution_id: string;
  expires_at: Date;
}

interface AlertEpisodeRow {
  id: string;
  organization_id: string;
  workflow_id: string;
  kind: string;
  started_at: Date;
  last_seen_at: Date;
  ended_at: Date | null;
  end_reason: string | null;
  details: Json<Record<string, unknown>>;
}

interface AlertNoticeRow {
  id: string;
  episode_id: string;
  event: string;
  body: Buffer;
  attempts: Generated<number>;
  next_attempt_at: Date | null;
  outcome: string | null;
  created_at: CreatedAt;
}
