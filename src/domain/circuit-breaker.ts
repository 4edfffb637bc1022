import { type Static, Type } from 'typebox';

/** When an endpoint that keeps failing is left alone for a while. */
export const CircuitBreaker = Type.Object(
  {
    enabled: Type.Boolean({ default: true }),
    failureRate: Type.Number({
      minimum: 0.01,
      maximum: 1,
      default: 0.5,
      description: 'The share of failed attempts, over the window, at which it opens.',
    }),
    minimumAttempts: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 20,
      description: 'With fewer attempts in the window it stays closed.',
    }),
    windowSeconds: Type.Integer({ minimum: 1, maximum: 3_600, default: 60 }),
    openSeconds: Type.Integer({
      minimum: 1,
      maximum: 3_600,
      default: 30,
      description: 'How long nothing is sent before one delivery is tried.',
    }),
  },
  {
    title: 'CircuitBreaker',
    description: 'When an endpoint that keeps failing is left alone for a while. What waits is kept.',
    additionalProperties: false,
  },
);
export type CircuitBreaker = Static<typeof CircuitBreaker>;

export const DEFAULT_CIRCUIT_BREAKER: CircuitBreaker = {
  enabled: true,
  failureRate: 0.5,
  minimumAttempts: 20,
  windowSeconds: 60,
  openSeconds: 30,
};
