import { asTenant, type Database } from './database.ts';
import type { LogFilter } from './log-filter.ts';
import { findLogContents, type LogContent, listWebhookLogs, type StoredLog } from './webhook-logs.ts';

export type ExportedLog = StoredLog & LogContent;

export interface LogExport {
  db: Database;
  organizationId: string;
  filter: LogFilter;
  /** Called before each step; what it throws ends the export. */
  check: () => Promise<void>;
}

const PAGE_ROWS = 1_000;
/** Of one step, unless a single body is larger. Small, so that what it leaves behind is collected early and cheaply. */
const STEP_ROWS = 250;
const STEP_BYTES = 262_144;

/**
 * All logs that match, newest first, a few at a time: each step is a short transaction of its own, so that an export
 * that takes hours keeps nothing from being cleaned up. What retention takes away meanwhile is left out.
 */
export async function* exportWebhookLogs(options: LogExport): AsyncGenerator<ExportedLog[], void, undefined> {
  const { db, organizationId, filter, check } = options;
  let cursor: string | undefined;
  do {
    await check();
    const request = { limit: PAGE_ROWS, cursor };
    const page = await asTenant(db, organizationId, (trx) => listWebhookLogs(trx, filter, request));
    for (const step of steps(page.data)) {
      await check();
      const ids = step.map((log) => log.id);
      const contents = await asTenant(db, organizationId, (trx) => findLogContents(trx, ids));
      yield step.flatMap((log) => {
        const content = contents.get(log.id);
        return content ? [{ ...log, ...content }] : [];
      });
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function* steps(logs: StoredLog[]): Generator<StoredLog[]> {
  let step: StoredLog[] = [];
  let bytes = 0;
  for (const log of logs) {
    if (step.length === STEP_ROWS || (step.length > 0 && bytes + log.bodyBytes > STEP_BYTES)) {
      yield step;
      step = [];
      bytes = 0;
    }
    step.push(log);
    bytes += log.bodyBytes;
  }
  if (step.length > 0) yield step;
}
