import rateLimit, { type RateLimitPluginOptions } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { WebhookPolicy } from '../../receive/webhook-policy.ts';
import type { App } from '../app.ts';

export type ChargeRateLimit = (
  request: FastifyRequest,
) => Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>;

/** A client for @fastify/rate-limit that fails fast; null: limits are counted in this process's memory. */
export type RateLimitRedis = RateLimitPluginOptions['redis'] | null;

/**
 * Each workflow's own limit, shared by all processes when there is a Redis. A Redis that fails lets
 * everything pass: a limit protects what stands behind us, and must not lose webhooks.
 */
export async function webhookRateLimit(
  scope: App,
  redis: RateLimitRedis,
  policyOf: (request: FastifyRequest) => WebhookPolicy,
): Promise<ChargeRateLimit> {
  const limit = (request: FastifyRequest) => policyOf(request).workflow.config.rateLimit;
  await scope.register(rateLimit, {
    global: false,
    skipOnError: true,
    nameSpace: 'hookgate-rate-limit-',
    keyGenerator: (request) => policyOf(request).workflow.id,
    max: (request) => limit(request)?.max ?? Number.MAX_SAFE_INTEGER,
    timeWindow: (request) => (limit(request)?.windowSeconds ?? 1) * 1000,
    ...(redis ? { redis } : { cache: 10_000 }),
  });
  const charge = scope.createRateLimit();
  return async (request) => {
    const result = await charge(request);
    if (result.isAllowed || !result.isExceeded) return { allowed: true };
    return { allowed: false, retryAfterSeconds: Math.max(1, result.ttlInSeconds) };
  };
}
