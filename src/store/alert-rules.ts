import { type RawBuilder, sql } from 'kysely';
import type { AlertDetails } from '../domain/alert-details.ts';
import { type AlertRules, type EffectiveAlertRules, effectiveRules } from '../domain/alerts.ts';
import type { Tx } from './database.ts';

/** What is unusual about a workflow now. */
export interface Unusual {
  organizationId: string;
  workflowId: string;
  details: AlertDetails;
}

/** By which rules each workflow is looked at. */
export interface RuleBook {
  defaults: EffectiveAlertRules;
  /** Of the workflows that have some of their own. */
  own: Map<string, OwnRules>;
}

interface OwnRules {
  organizationId: string;
  /** As they were set. */
  set: AlertRules;
  effective: EffectiveAlertRules;
}

export async function readRuleBook(trx: Tx, defaults: EffectiveAlertRules): Promise<RuleBook> {
  const { rows } = await sql<{ id: string; organization_id: string; alerts: AlertRules }>`
    SELECT id, organization_id, webhook_config -> 'alerts' AS alerts FROM workflows
    WHERE deleted_at IS NULL AND webhook_config ? 'alerts' AND jsonb_typeof(webhook_config -> 'alerts') = 'object'`.execute(
    trx,
  );
  const own = rows.map(({ id, organization_id: organizationId, alerts }): [string, OwnRules] => [
    id,
    { organizationId, set: alerts, effective: effectiveRules(alerts, defaults) },
  ]);
  return { defaults, own: new Map(own) };
}

export const rulesOf = ({ own, defaults }: RuleBook, workflowId: string): EffectiveAlertRules =>
  own.get(workflowId)?.effective ?? defaults;

export const isMuted = ({ own }: RuleBook, workflowId: string, rule: keyof AlertRules): boolean =>
  own.get(workflowId)?.set[rule]?.enabled === false;

/** One kind of rule as rows `(workflow_id, organization_id, enabled, since, least)`, of those that differ from the default. */
export function ruleRows(
  { own }: RuleBook,
  rule: keyof EffectiveAlertRules,
  columns: (rules: EffectiveAlertRules) => { since: Date; least: number },
): RawBuilder<unknown> {
  const all = [...own].map(([workflowId, { organizationId, effective }]) => ({
    workflowId,
    organizationId,
    enabled: effective[rule].enabled,
    ...columns(effective),
  }));
  return sql`SELECT * FROM unnest(
    ${all.map(({ workflowId }) => workflowId)}::uuid[], ${all.map(({ organizationId }) => organizationId)}::uuid[],
    ${all.map(({ enabled }) => enabled)}::bool[], ${all.map(({ since }) => since)}::timestamptz[],
    ${all.map(({ least }) => least)}::int[]
  ) AS r (workflow_id, organization_id, enabled, since, least)`;
}

/** The rules of this kind that are not muted. */
export const enabledRules = <K extends keyof EffectiveAlertRules>(
  { own, defaults }: RuleBook,
  rule: K,
): EffectiveAlertRules[K][] =>
  [defaults, ...[...own.values()].map(({ effective }) => effective)]
    .map((rules) => rules[rule])
    .filter(({ enabled }) => enabled);

export const secondsBefore = (now: Date, seconds: number): Date => new Date(now.getTime() - seconds * 1_000);

/** The most frequent of what was counted, most frequent first; of equals by name. */
export const mostFrequent = (counts: Map<string, number>, limit: number): [string, number][] =>
  [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, limit);
