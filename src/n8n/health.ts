import { allowedHostOf } from '../dispatch/address-guard.ts';
import { createClient } from '../dispatch/client.ts';
import type { SendResult } from '../dispatch/send-result.ts';
import { createCached } from './cache.ts';

export interface N8nHealthReport {
  /** `not_ready`: it answers, but not that it is ready, as while it starts. */
  status: 'ok' | 'not_ready' | 'unreachable' | 'timeout';
  /** How long the answer took; null: there was none. */
  latencyMs: number | null;
  /** What is wrong; null when nothing is. Nothing of n8n's own words, and no address. */
  detail: string | null;
  checkedAt: Date;
}

export interface N8nHealth {
  /** At most two seconds old. Whoever asks while n8n is asked waits for the same answer. */
  check(): Promise<N8nHealthReport>;
  close(): Promise<void>;
}

const DEADLINE_MS = 3_000;
const MAX_AGE_MS = 2_000;
/** Of the answer nothing is looked at but its status. */
const MAX_ANSWER_BYTES = 1_024;

/** Asks n8n whether it is ready: needs no key. `baseUrl` without a slash at its end. */
export function createN8nHealth(options: { baseUrl: string; deadlineMs?: number }): N8nHealth {
  const { baseUrl, deadlineMs = DEADLINE_MS } = options;
  const client = createClient({
    allowCidrs: [],
    allowHosts: [allowedHostOf(baseUrl)],
    maxResponseBytes: MAX_ANSWER_BYTES,
    connectionsPerOrigin: 1,
  });
  const cached = createCached({
    load: async () => {
      const sent = await client.send({
        // Not /healthz, which answers 200 before its database is ready.
        url: `${baseUrl}/healthz/readiness`,
        method: 'GET',
        headers: [
          ['accept', 'application/json'],
          ['user-agent', 'hookgate'],
        ],
        body: null,
        timeoutMs: deadlineMs,
      });
      return report(sent, deadlineMs);
    },
    isWorthKeeping: () => true,
    maxAgeMs: MAX_AGE_MS,
  });
  return { check: () => cached.get(), close: () => client.close() };
}

function report(sent: SendResult, deadlineMs: number): N8nHealthReport {
  const checkedAt = new Date();
  if (sent.status === 'response') {
    const { statusCode, durationMs: latencyMs } = sent;
    if (statusCode === 200) return { status: 'ok', latencyMs, detail: null, checkedAt };
    return { status: 'not_ready', latencyMs, detail: `It answers HTTP ${statusCode}.`, checkedAt };
  }
  const isLate = ['timeout', 'connect_timeout'].includes(sent.reason);
  const detail = isLate ? `No answer came within ${deadlineMs} ms.` : `No answer came: ${sent.reason}.`;
  return { status: isLate ? 'timeout' : 'unreachable', latencyMs: null, detail, checkedAt };
}
