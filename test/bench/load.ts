import autocannon, { type Options } from 'autocannon';

/** The webhook that is sent, again and again. */
export interface LoadTarget {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface LoadResult {
  /** Answers with status 2xx, in all and in a second. */
  ok: number;
  perSecond: number;
  /** Answers with another status, and requests without an answer. */
  failed: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Over keep-alive connections, as fast as it is answered: for some seconds, or so many times in all. */
export async function load(
  target: LoadTarget,
  limits: Pick<Options, 'duration' | 'amount' | 'connections' | 'overallRate'>,
): Promise<LoadResult> {
  const result = await autocannon({ ...target, ...limits, method: 'POST' });
  return {
    ok: result['2xx'],
    perSecond: Math.round(result['2xx'] / result.duration),
    failed: result.non2xx + result.errors + result.timeouts,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}
