import { type Static, Type } from 'typebox';

/** When and how often a delivery is tried again. Milliseconds. */
export const RetryPolicy = Type.Object(
  {
    maxAttempts: Type.Integer({ minimum: 1, maximum: 100, default: 8 }),
    baseMs: Type.Integer({ minimum: 1, maximum: 3_600_000, default: 1_000 }),
    capMs: Type.Integer({ minimum: 1, maximum: 86_400_000, default: 900_000 }),
  },
  {
    title: 'RetryPolicy',
    description: 'When and how often a delivery is tried again. Milliseconds.',
    additionalProperties: false,
  },
);
export type RetryPolicy = Static<typeof RetryPolicy>;

export const DEFAULT_RETRY_POLICY: RetryPolicy = { maxAttempts: 8, baseMs: 1_000, capMs: 900_000 };
