import type { Client } from '../dispatch/client.ts';
import { eventHeaders } from '../dispatch/event-headers.ts';
import { delayMs } from '../dispatch/retry-policy.ts';
import { endpointKey } from '../dispatch/signature.ts';
import type { RetryPolicy } from '../domain/retry-policy.ts';
import type { QueueLog } from '../queue/log.ts';
import { createLoop, jittered, type Loop } from '../queue/loop.ts';
import type { Notice } from '../store/alert-notices.ts';

export interface AlertNotifierPorts {
  /** Where the alerts of all organizations go, and what signs them. */
  target: { url: string; secret: string };
  client: Pick<Client, 'send'>;
  claim: (claim: { limit: number; leaseMs: number }) => Promise<Notice[]>;
  settle: (notice: Notice, end: { outcome: 'told' | 'given_up' } | { retryInMs: number }) => Promise<void>;
  log: QueueLog;
}

const AT_ONCE = 10;
const TIMEOUT_MS = 30_000;
/** Longer than an attempt can take: while it lasts nobody else makes one. */
const LEASE_MS = 60_000;
/** With nothing to do: notices of other processes fall due. */
const IDLE_MS = 5_000;
/** Whoever is to hear of alerts may be down for as long as what the alert is about: some hours in all. */
const POLICY: RetryPolicy = { maxAttempts: 60, baseMs: 1_000, capMs: 600_000 };

/** Sends what the operator is to be told, as events are sent: at least once, under one id, signed. Any number of processes may. */
export function createAlertNotifier(ports: AlertNotifierPorts): Loop {
  const key = endpointKey(ports.target.secret);

  async function carry(notice: Notice): Promise<void> {
    const { id: eventId, body, attempt } = notice;
    const headers = eventHeaders({
      configured: {},
      body,
      key,
      eventId,
      attempt,
      hops: null,
      nowMs: Date.now(),
    });
    const { url } = ports.target;
    const sent = await ports.client.send({ method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS });
    if (sent.status === 'response' && sent.statusCode >= 200 && sent.statusCode < 300) {
      await ports.settle(notice, { outcome: 'told' });
      return;
    }
    // Not the detail: it would name the address, whose path or query may well be a credential.
    const reason = sent.status === 'response' ? `HTTP ${sent.statusCode}` : sent.reason;
    const isLast = attempt >= POLICY.maxAttempts;
    const retryInMs = delayMs({
      policy: POLICY,
      failedAttempts: attempt,
      retryAfterMs: null,
      random: Math.random,
    });
    await ports.settle(notice, isLast ? { outcome: 'given_up' } : { retryInMs });
    const line = { eventId, event: notice.event, attempt, reason };
    if (isLast) ports.log.error(line, 'alert.given_up');
    else ports.log.warn({ ...line, retryInMs }, 'alert.not_told');
  }

  return createLoop({
    subject: 'alert_notifier',
    log: ports.log,
    round: async () => {
      const notices = await ports.claim({ limit: AT_ONCE, leaseMs: LEASE_MS });
      const settled = await Promise.allSettled(notices.map(carry));
      // One that is not settled is due again when its lease runs out.
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      return notices.length > 0 ? 0 : jittered(IDLE_MS);
    },
  });
}
