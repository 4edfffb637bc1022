import { EXECUTION_STATES, type ExecutionState } from '../../domain/states.ts';
import type { StoredReplay } from '../../store/replays.ts';
import type { Replay, ReplaySummary } from '../schemas/replays.ts';

export const replayPath = (id: string): string => `/api/replays/${id}`;

export const replaySummary = ({ createdAt, finishedAt, ...replay }: StoredReplay): ReplaySummary => ({
  ...replay,
  createdAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});

export const replayView = (
  replay: StoredReplay,
  counts: Partial<Record<ExecutionState, number>>,
): Replay => ({
  ...replaySummary(replay),
  executions: Object.fromEntries(EXECUTION_STATES.map((state) => [state, counts[state] ?? 0])),
});
