import { adviceOn } from '../../domain/alert-details.ts';
import type { ListedEpisode } from '../../store/alert-episodes.ts';
import type { Alert } from '../schemas/alerts.ts';

export const alertView = (episode: ListedEpisode): Alert => {
  const { id, kind, workflowId, workflowName, startedAt, lastSeenAt, endedAt, endReason, details } = episode;
  return {
    id,
    kind,
    status: endedAt === null ? 'open' : 'ended',
    workflow: { id: workflowId, name: workflowName },
    startedAt: startedAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    endReason,
    counted: details.counted,
    threshold: details.threshold,
    windowSeconds: details.windowSeconds,
    advice: adviceOn(kind, workflowId),
  };
};
