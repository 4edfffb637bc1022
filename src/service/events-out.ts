import type { FastifyBaseLogger } from 'fastify';
import type { Client } from '../dispatch/client.ts';
import { healthOf } from '../dispatch/outcome.ts';
import type { EventSignal } from '../domain/event-signal.ts';
import { createEventSender, type EventSender } from '../execute/event-sender.ts';
import type { Gates } from '../execute/executor.ts';
import { LeaseKeeper } from '../execute/leases.ts';
import { MicroBatch } from '../execute/micro-batch.ts';
import { persistently } from '../execute/persistently.ts';
import { sendEvent } from '../execute/send-event.ts';
import type { Metrics } from '../operate/metrics.ts';
import type { Database } from '../store/database.ts';
import { claimEvents, type LeasedEvent, renewEventLeases } from '../store/event-claim.ts';
import { type EventAttempt, recordEventAttempts } from '../store/event-record.ts';
import type { SecretBox } from '../store/secret-box.ts';

export interface EventsOutOptions {
  log: FastifyBaseLogger;
  db: Database;
  box: SecretBox;
  client: Client;
  gates: Pick<Gates, 'attempted' | 'freed'>;
  metrics: Pick<Metrics, 'eventSent'>;
  signal: EventSignal;
}

/** How long a result is kept trying to be written while the database is away. */
const RECORD_LIMIT_MS = 60_000;

/** What sends the events in the outbox to n8n. */
export function openEventsOut({
  log,
  db,
  box,
  client,
  gates,
  metrics,
  signal,
}: EventsOutOptions): EventSender {
  const record = new MicroBatch<EventAttempt, boolean>(async (attempts) => {
    const recorded = await persistently(RECORD_LIMIT_MS, () => recordEventAttempts(db, attempts));
    return attempts.map(({ event }) => recorded.has(event.id));
  });
  const send = async (event: LeasedEvent) => {
    const isProbe = event.gate?.probe === true;
    if (isProbe) log.info({ endpointId: event.endpointId, eventId: event.id }, 'circuit.half_open');
    const attempt = await sendEvent(client, event);
    if (event.endpoint !== null) {
      await gates.attempted({
        endpointId: event.endpointId,
        breaker: event.endpoint.circuitBreaker,
        startedMs: attempt.startedAt.getTime(),
        health: healthOf(attempt),
        probeDeliveryId: isProbe ? event.id : null,
      });
    }
    return attempt;
  };
  const sender = createEventSender({
    claim: (claim) => claimEvents(db, box, claim),
    send,
    record: (attempt) => record.submit(attempt),
    leases: new LeaseKeeper({
      renew: (tokens, leaseMs) => renewEventLeases(db, tokens, leaseMs),
      onError: (err) => log.warn({ err }, 'lease.not_renewed'),
    }),
    onAttempt: (attempt, recorded) => report(log, metrics, { attempt, recorded }),
    freed: gates.freed,
    log,
  });
  signal.listen(() => sender.wake());
  return sender;
}

function report(
  log: FastifyBaseLogger,
  metrics: Pick<Metrics, 'eventSent'>,
  { attempt, recorded }: { attempt: EventAttempt; recorded: boolean },
): void {
  const { event, result, outcome, statusCode, durationMs, state, error } = attempt;
  metrics.eventSent(state);
  const line = {
    eventId: event.id,
    organizationId: event.organizationId,
    endpointId: event.endpointId,
    attempt: event.attempt,
    result,
    outcome,
    statusCode,
    durationMs,
    state,
    recorded,
    ...(error !== null && { error }),
  };
  if (result === 'succeeded') log.info(line, 'event.attempted');
  else log.warn(line, 'event.attempted');
}
