import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded } from '../domain/states.ts';
import type { Execution } from '../http/schemas/executions.ts';
import type { Client } from './client.ts';
import { cell, writeTable, writeText } from './output.ts';

const POLL_MS = 200;

/** The execution when it has ended, or as it is after `limitMs`. */
export async function waitForEnd(client: Client, executionId: string, limitMs: number): Promise<Execution> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const execution = await client.get<Execution>(`/api/executions/${executionId}`);
    if (hasEnded(execution.status) || performance.now() > giveUpAt) return execution;
    await delay(POLL_MS);
  }
}

/** How it went: every attempt, and the end. */
export function writeExecution({ status, outcome, deliveries }: Execution): void {
  const attempts = deliveries.flatMap(({ endpoint, attempts: made }) =>
    made.map((attempt) => [
      cell(attempt.attempt),
      cell(endpoint?.url),
      cell(attempt.outcome),
      cell(attempt.statusCode),
      cell(attempt.durationMs),
      cell(attempt.error),
    ]),
  );
  if (attempts.length > 0) {
    writeTable(['ATTEMPT', 'ENDPOINT', 'OUTCOME', 'HTTP', 'MS', 'ERROR'], attempts);
  }
  writeText(`${status}${outcome === null ? '' : ` (${outcome})`}`);
}
