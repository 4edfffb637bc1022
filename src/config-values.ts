import { Type } from 'typebox';

/** A setting that cannot be used: the message is one line that names it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

export const int = (defaultValue: number, minimum: number, maximum: number) =>
  Type.Integer({ default: defaultValue, minimum, maximum });
export const text = (defaultValue = '') => Type.String({ default: defaultValue });

/** Of what signs webhooks, in characters. */
export const MIN_WEBHOOK_SECRET = 16;
