import type { AlertKind } from '../domain/alerts.ts';
import type { QueueLog } from '../queue/log.ts';
import { createLoop, jittered, type Loop } from '../queue/loop.ts';
import type { AlertChange } from '../store/alert-events.ts';

export interface AlertWatchPorts {
  /** One look at everything; null: somebody else's turn. */
  evaluate: () => Promise<AlertChange[] | null>;
  /** About so often, milliseconds. */
  intervalMs: number;
  /** Something was put into the outbox. */
  onChanged: () => void;
  onFiring: (kind: AlertKind) => void;
  log: QueueLog;
}

/** Looks for what is unusual, again and again. Every process that runs workers does; one at a time looks. */
export function createAlertWatch(ports: AlertWatchPorts): Loop {
  return createLoop({
    subject: 'alerts',
    log: ports.log,
    round: async () => {
      const changes = await ports.evaluate();
      for (const change of changes ?? []) report(ports, change);
      if (changes !== null && changes.length > 0) ports.onChanged();
      return jittered(ports.intervalMs);
    },
  });
}

/** An alert is in the log also when nobody is told. */
function report(
  { log, onFiring }: Pick<AlertWatchPorts, 'log' | 'onFiring'>,
  { status, episode, endpointIds }: AlertChange,
): void {
  const { id: episodeId, organizationId, workflowId, kind, details, startedAt, endReason } = episode;
  const { counted, threshold, windowSeconds } = details;
  const fields = {
    kind,
    episodeId,
    organizationId,
    workflowId,
    counted,
    threshold,
    windowSeconds,
    endpointIds,
  };
  if (status === 'firing') {
    onFiring(kind);
    log.warn(fields, 'alert.firing');
  } else log.info({ ...fields, startedAt, endReason }, 'alert.resolved');
}
