import type { StoredDeadLetter } from '../../store/dead-letters.ts';
import type { DeadLetter } from '../schemas/dead-letters.ts';

export const deadLetterView = ({
  lastAttemptAt,
  createdAt,
  finishedAt,
  ...letter
}: StoredDeadLetter): DeadLetter => ({
  ...letter,
  lastAttemptAt: lastAttemptAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});
