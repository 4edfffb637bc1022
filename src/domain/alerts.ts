import { type Static, Type } from 'typebox';
import { VERIFY_FAILURES } from './verify-failure.ts';

/** What can be unusual about a workflow. */
export const ALERT_KINDS = ['authentication_failures', 'execution_failures', 'execution_overdue'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** The name of the event that tells of it. Endpoints ask for it by this name, or for all with `alert`. */
export const alertEvent = (kind: AlertKind): string => `alert.${kind}`;

/** The reasons of refusals that say that a request was not authentic, or came from where too many such came from. */
export const INAUTHENTIC: readonly string[] = [...VERIFY_FAILURES, 'too_many_failures'];

/** Why an episode ended: what was unusual is over, or nobody wants to know of it any more. */
export const ALERT_END_REASONS = [
  'condition_over',
  'muted',
  'webhook_disabled',
  'workflow_inactive',
  'workflow_deleted',
] as const;
export type AlertEndReason = (typeof ALERT_END_REASONS)[number];

const enabled = Type.Optional(Type.Boolean({ description: 'false mutes it.' }));

/** When something counts as unusual. What is left out has its default; `enabled: false` mutes one. */
export const AlertRules = Type.Object(
  {
    authenticationFailures: Type.Optional(
      Type.Object(
        {
          enabled,
          count: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              description: 'So many requests refused as not authentic within the window. Default 20.',
            }),
          ),
          windowSeconds: Type.Optional(
            Type.Integer({ minimum: 60, maximum: 86_400, description: 'Default 300.' }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    executionFailures: Type.Optional(
      Type.Object(
        {
          enabled,
          rate: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: 1,
              description:
                'Of the executions that ended within the window, the share that failed. Default 0.5.',
            }),
          ),
          minimum: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000_000,
              description: 'So many have to have ended for the rate to mean something. Default 5.',
            }),
          ),
          windowSeconds: Type.Optional(
            Type.Integer({ minimum: 60, maximum: 86_400, description: 'Default 900.' }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    executionOverdue: Type.Optional(
      Type.Object(
        {
          enabled,
          afterSeconds: Type.Optional(
            Type.Integer({
              minimum: 60,
              maximum: 2_592_000,
              description:
                'An execution that has not ended this long after it began is overdue. Default 3600.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  {
    title: 'AlertRules',
    description:
      'When something counts as unusual. What is left out is as the service has it by default (`ALERT_…`).',
    additionalProperties: false,
  },
);
export type AlertRules = Static<typeof AlertRules>;

/** The rules with nothing left out. */
export interface EffectiveAlertRules {
  authenticationFailures: { enabled: boolean; count: number; windowSeconds: number };
  executionFailures: { enabled: boolean; rate: number; minimum: number; windowSeconds: number };
  executionOverdue: { enabled: boolean; afterSeconds: number };
}

export const DEFAULT_ALERT_RULES: EffectiveAlertRules = {
  authenticationFailures: { enabled: true, count: 20, windowSeconds: 300 },
  executionFailures: { enabled: true, rate: 0.5, minimum: 5, windowSeconds: 900 },
  executionOverdue: { enabled: true, afterSeconds: 3_600 },
};

/** The rules of a workflow by its `webhook.alerts`; where they say nothing, by those of the service. */
export const effectiveRules = (
  rules: AlertRules | null | undefined,
  defaults: EffectiveAlertRules = DEFAULT_ALERT_RULES,
): EffectiveAlertRules => ({
  authenticationFailures: { ...defaults.authenticationFailures, ...rules?.authenticationFailures },
  executionFailures: { ...defaults.executionFailures, ...rules?.executionFailures },
  executionOverdue: { ...defaults.executionOverdue, ...rules?.executionOverdue },
});

/** Where a workflow's own settings, and those of the service, have the rule of a kind. */
export const RULE_OF = {
  authentication_failures: 'authenticationFailures',
  execution_failures: 'executionFailures',
  execution_overdue: 'executionOverdue',
} as const satisfies Record<AlertKind, keyof EffectiveAlertRules>;

const MAX_QUIET_SECONDS = 300;

/**
 * How long something must not have been unusual for its episode to be over: its window, and five minutes at the most.
 * Without, what hovers around its threshold would be told of again and again.
 */
export function quietSeconds(kind: AlertKind, rules: EffectiveAlertRules): number {
  const rule = rules[RULE_OF[kind]];
  return 'windowSeconds' in rule ? Math.min(rule.windowSeconds, MAX_QUIET_SECONDS) : MAX_QUIET_SECONDS;
}
