import { sql } from 'kysely';
import { type AlertEndReason, type EffectiveAlertRules, quietSeconds, RULE_OF } from '../domain/alerts.ts';
import {
  beginEpisodes,
  endEpisodes,
  lockOpenEpisodes,
  type OpenEpisode,
  seeEpisodes,
} from './alert-episodes.ts';
import { type AlertChange, tellOfEpisodes } from './alert-events.ts';
import { findExecutionFailures } from './alert-failures.ts';
import { findOverdueExecutions } from './alert-overdue.ts';
import { findAuthenticationFailures } from './alert-refusals.ts';
import { isMuted, type RuleBook, readRuleBook, rulesOf, type Unusual } from './alert-rules.ts';
import type { Database, Tx } from './database.ts';

export interface AlertRound {
  /** Of the service. */
  rules: EffectiveAlertRules;
  /** Whether there is an address that hears of the alerts of all organizations. */
  toOperator: boolean;
  /** Nothing is looked at when somebody did so less than this many milliseconds ago. */
  minIntervalMs: number;
  /** The time of the database, when left out. */
  now?: Date;
}

/**
 * Looks at everything once, begins and ends episodes, and puts into the outbox what there is to be told of them: all
 * of it in one transaction. Any number of processes may ask; one at a time looks. null: somebody else does, or just did.
 */
export function evaluateAlerts(db: Database, round: AlertRound): Promise<AlertChange[] | null> {
  return db.transaction().execute(async (trx) => {
    const time = await takeRound(trx, round.minIntervalMs);
    if (time === null) return null;
    const now = round.now ?? time;
    const book = await readRuleBook(trx, round.rules);
    const unusual = [
      ...(await findAuthenticationFailures(trx, book, now)),
      ...(await findExecutionFailures(trx, book, now)),
      ...(await findOverdueExecutions(trx, book, now)),
    ];
    const open = await lockOpenEpisodes(trx);
    const { seen, ending } = judge({ open, unusual, book, now });
    await seeEpisodes(trx, seen, now);
    const ended = await endEpisodes(trx, ending, now);
    // After those that end: one of a kind is open at a time.
    const known = new Set(open.map((episode) => keyOf(episode.workflowId, episode.kind)));
    const fresh = unusual.filter(({ workflowId, details }) => !known.has(keyOf(workflowId, details.kind)));
    const begun = await beginEpisodes(trx, fresh, now);
    return tellOfEpisodes(trx, [...begun, ...ended], { now, toOperator: round.toOperator });
  });
}

/** The time of the database; null: it is somebody else's turn. */
async function takeRound(trx: Tx, minIntervalMs: number): Promise<Date | null> {
  // One in the future was written before the clock was set back.
  const { rows } = await sql`
    SELECT FROM alert_rounds
    WHERE evaluated_at <= clock_timestamp() - ${minIntervalMs}::float8 * interval '1 ms' OR evaluated_at > clock_timestamp()
    FOR UPDATE SKIP LOCKED`.execute(trx);
  if (rows.length === 0) return null;
  const taken = await sql<{ now: Date }>`
    UPDATE alert_rounds SET evaluated_at = clock_timestamp() RETURNING evaluated_at AS now`.execute(trx);
  return taken.rows[0]?.now ?? null;
}

const keyOf = (workflowId: string, kind: string): string => `${workflowId} ${kind}`;

interface Situation {
  open: OpenEpisode[];
  unusual: Unusual[];
  book: RuleBook;
  now: Date;
}

/** Which open episodes go on, and which are over. */
function judge({ open, unusual, book, now }: Situation) {
  const byKey = new Map(unusual.map((one) => [keyOf(one.workflowId, one.details.kind), one.details]));
  const seen = open.flatMap(({ id, workflowId, kind }) => {
    const details = byKey.get(keyOf(workflowId, kind));
    return details === undefined ? [] : [{ id, details }];
  });
  const seenIds = new Set(seen.map(({ id }) => id));
  const ending = open.flatMap((episode) => {
    if (seenIds.has(episode.id)) return [];
    const reason = unwanted(episode, book) ?? calmedDown(episode, book, now);
    return reason === null ? [] : [{ id: episode.id, reason }];
  });
  return { seen, ending };
}

/** Why nobody wants to know of it any more; null: somebody does. What is so is never found unusual, either. */
function unwanted({ workflowId, kind, workflow }: OpenEpisode, book: RuleBook): AlertEndReason | null {
  if (workflow.isDeleted) return 'workflow_deleted';
  if (!workflow.isActive) return 'workflow_inactive';
  if (kind === 'authentication_failures' && !workflow.webhookEnabled) return 'webhook_disabled';
  return isMuted(book, workflowId, RULE_OF[kind]) ? 'muted' : null;
}

function calmedDown(episode: OpenEpisode, book: RuleBook, now: Date): AlertEndReason | null {
  const quiet = quietSeconds(episode.kind, rulesOf(book, episode.workflowId));
  return now.getTime() - episode.lastSeenAt.getTime() >= quiet * 1_000 ? 'condition_over' : null;
}
