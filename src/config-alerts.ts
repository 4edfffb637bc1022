import { type Static, Type } from 'typebox';
import { ConfigError, int, MIN_WEBHOOK_SECRET, text } from './config-values.ts';
import { DEFAULT_ALERT_RULES, type EffectiveAlertRules } from './domain/alerts.ts';

const {
  authenticationFailures: AUTHENTICATION,
  executionFailures: FAILURES,
  executionOverdue: OVERDUE,
} = DEFAULT_ALERT_RULES;

/** The settings about alerts, as parts of all settings. */
export const AlertEnvironment = {
  ALERTS_ENABLED: Type.Boolean({ default: true }),
  ALERT_AUTHENTICATION_FAILURES: int(AUTHENTICATION.count, 1, 1_000_000),
  ALERT_AUTHENTICATION_WINDOW_SECONDS: int(AUTHENTICATION.windowSeconds, 60, 86_400),
  ALERT_FAILURE_RATE: Type.Number({ default: FAILURES.rate, exclusiveMinimum: 0, maximum: 1 }),
  ALERT_FAILURE_MINIMUM: int(FAILURES.minimum, 1, 1_000_000),
  ALERT_FAILURE_WINDOW_SECONDS: int(FAILURES.windowSeconds, 60, 86_400),
  ALERT_OVERDUE_SECONDS: int(OVERDUE.afterSeconds, 60, 2_592_000),
  ALERT_INTERVAL_MS: int(15_000, 100, 300_000),
  ALERT_WEBHOOK_URL: text(),
  ALERT_WEBHOOK_SECRET: text(),
};
const Environment = Type.Object({ ...AlertEnvironment, N8N_WEBHOOK_SECRET: text() });
type Environment = Static<typeof Environment>;

export interface AlertSettings {
  /** For workflows that have no rules of their own. */
  rules: EffectiveAlertRules;
  /** About so often somebody looks for what is unusual. */
  intervalMs: number;
  /** Where the alerts of all organizations go, and what signs them. */
  webhook: { url: string; secret: string } | null;
}

/** @throws ConfigError */
export function alertSettings(env: Environment, webhookUrl: string | null): AlertSettings {
  const enabled = env.ALERTS_ENABLED;
  return {
    rules: {
      authenticationFailures: {
        enabled,
        count: env.ALERT_AUTHENTICATION_FAILURES,
        windowSeconds: env.ALERT_AUTHENTICATION_WINDOW_SECONDS,
      },
      executionFailures: {
        enabled,
        rate: env.ALERT_FAILURE_RATE,
        minimum: env.ALERT_FAILURE_MINIMUM,
        windowSeconds: env.ALERT_FAILURE_WINDOW_SECONDS,
      },
      executionOverdue: { enabled, afterSeconds: env.ALERT_OVERDUE_SECONDS },
    },
    intervalMs: env.ALERT_INTERVAL_MS,
    webhook: webhook(env, webhookUrl),
  };
}

function webhook(
  { ALERT_WEBHOOK_SECRET: secret, N8N_WEBHOOK_SECRET }: Environment,
  url: string | null,
): AlertSettings['webhook'] {
  if (url === null) {
    if (secret !== '') throw new ConfigError('ALERT_WEBHOOK_SECRET needs ALERT_WEBHOOK_URL.');
    return null;
  }
  const { username, password } = new URL(url);
  if (username + password !== '') {
    throw new ConfigError('ALERT_WEBHOOK_URL must be a URL without credentials.');
  }
  if (secret.length < MIN_WEBHOOK_SECRET) {
    throw new ConfigError(
      `ALERT_WEBHOOK_SECRET must have at least ${MIN_WEBHOOK_SECRET} characters: it signs what goes to ALERT_WEBHOOK_URL.`,
    );
  }
  // Otherwise what was sent there would come back as a valid event of n8n's.
  if (secret === N8N_WEBHOOK_SECRET) {
    throw new ConfigError('ALERT_WEBHOOK_SECRET must be another than N8N_WEBHOOK_SECRET.');
  }
  return { url, secret };
}
