import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { createDailyUse } from '../operate/daily-use.ts';
import { LastUse } from '../operate/last-use.ts';
import type { Metrics } from '../operate/metrics.ts';
import { Diagnoser } from '../receive/diagnosing.ts';
import { FailureLimit } from '../receive/failure-limit.ts';
import { LateAnswers } from '../receive/late-answers.ts';
import { RefusalLog } from '../receive/refusal-log.ts';
import { Rush } from '../receive/rush.ts';
import type { Budgets } from '../runtime/budgets.ts';
import { addDailyUse, loadDailyUse } from '../store/daily-use.ts';
import { createPool, type Database } from '../store/database.ts';
import { GroupCommit } from '../store/group-commit.ts';
import { INGEST_SESSION, markAnswered, writeIngestBatch } from '../store/ingest.ts';
import { type IngestRow, ingestBytes } from '../store/ingest-batch.ts';
import { addRefusalCounts, insertRefusals } from '../store/refusals.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { loadAllWebhookSecrets, markSecretsUsed } from '../store/webhook-secrets.ts';
import { CONNECTIONS } from './pools.ts';

/** Everything between a verified request and its answer that is more than a function. */
export interface Receiving {
  commits: GroupCommit<IngestRow>;
  refusals: RefusalLog;
  failures: FailureLimit;
  secretUsage: LastUse;
  rush: Rush;
  /** Commits what was taken in and writes down what was refused. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Of one webhook, expired ones included. */
const MAX_DIAGNOSED_SECRETS = 20;
const BATCHES_IN_FLIGHT = CONNECTIONS.ingest - 2;
/** A commit that takes longer is tried again on another connection, with the same rows. */
const COMMIT_TRY_MS = 2_000;

export interface ReceivingOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  db: Database;
  box: SecretBox;
  metrics: Metrics;
  budgets: Budgets;
}

export function openReceiving({ settings, log, db, box, metrics, budgets }: ReceivingOptions): Receiving {
  // Connections of its own: a management query that takes long must not keep a webhook waiting.
  const pool = createPool({
    connectionString: settings.databaseUrl,
    max: CONNECTIONS.ingest,
    applicationName: 'hookgate-ingest',
    queryTimeoutMs: COMMIT_TRY_MS,
    connectTimeoutMs: COMMIT_TRY_MS,
    options: INGEST_SESSION,
    pooled: settings.databaseDirectUrl !== null,
    onError: (err) => log.warn({ err }, 'postgres.connection_lost'),
  });
  const late = new LateAnswers({
    mark: (logIds, status) => markAnswered(pool, logIds, status),
    onError: (err) => log.warn({ err }, 'webhook.late_answers_unwritten'),
  });
  const rush = new Rush();
  const commits = new GroupCommit<IngestRow>({
    write: (rows) => writeIngestBatch(pool, rows),
    onLate: (rows) => late.add(rows.map((row) => row.logId)),
    onBatch: (batch) => {
      rush.committed(batch.rows);
      metrics.committed(batch);
    },
    sizeOf: ingestBytes,
    maxRows: 500,
    maxBytes: 4 * 1_048_576,
    maxWaitingRows: 20_000,
    maxWaitingBytes: settings.ingestMaxWaitingBytes,
    deadlineMs: settings.ingestTimeoutMs,
    concurrency: BATCHES_IN_FLIGHT,
  });
  const diagnoser = new Diagnoser({
    secretsOf: (workflowId) => loadAllWebhookSecrets(db, box, { workflowId, limit: MAX_DIAGNOSED_SECRETS }),
    onError: (err) => log.warn({ err }, 'webhook.diagnosis_failed'),
    budget: budgets.rate('diagnosis_ms'),
  });
  const refusals = new RefusalLog({
    diagnose: (evidence) => diagnoser.diagnose(evidence),
    insert: (rows) => insertRefusals(db, rows),
    addCounts: (counts) => addRefusalCounts(db, counts),
    onError: (err) => log.warn({ err }, 'webhook.refusals_unwritten'),
  });
  const secretUsage = new LastUse({
    mark: (secretIds) => markSecretsUsed(db, secretIds),
    onError: (err) => log.warn({ err }, 'webhook.secret_usage_unwritten'),
  });
  const storedBytes = createDailyUse({
    budget: budgets.daily('stored_bytes'),
    add: (uses) => addDailyUse(db, 'stored_bytes', uses),
    load: (day) => loadDailyUse(db, 'stored_bytes', day),
    log,
  });
  // One that only works takes nothing in.
  if (settings.role !== 'worker') storedBytes.start();
  const flush = async () => {
    await commits.flush();
    await storedBytes.close();
    await Promise.all([refusals.close(), late.close(), secretUsage.close()]);
  };
  const failures = new FailureLimit();
  return { commits, refusals, failures, secretUsage, rush, flush, close: () => pool.end() };
}
