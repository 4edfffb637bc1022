import type { FastifyRequest } from 'fastify';
import { isDelivery } from '../../domain/hops.ts';
import { Problem } from '../../domain/problem.ts';

/**
 * For calls that start again what was there before. An endpoint can have one of them as its URL, and the key for it as
 * a header: each delivery would start the next. An execution begun by such a call cannot tell how it came to be, so
 * there is nothing to count.
 */
export async function refuseDelivery({ headers }: FastifyRequest): Promise<void> {
  if (isDelivery(headers)) throw new Problem('hop_limit_reached');
}
