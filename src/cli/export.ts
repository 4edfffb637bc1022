import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect, type GlobalOptions, type Query } from './client.ts';
import { CliError, lineOf } from './errors.ts';
import { say, writeText } from './output.ts';

export interface ExportOptions extends GlobalOptions {
  filter: Query;
  format: 'ndjson' | 'csv';
  /** undefined: standard output. */
  file: string | undefined;
  signal: AbortSignal;
}

/**
 * Writes everything the filter finds, in constant memory.
 * @throws CliError when it breaks off. A file then never has the name that was asked for.
 */
export async function exportLogs({ filter, format, file, signal, ...options }: ExportOptions): Promise<void> {
  const client = await connect(options);
  const body = await client
    .stream('/api/webhook-logs/export', { ...filter, format }, signal)
    .catch((error: unknown) => {
      throw signal.aborted ? new CliError('The export was stopped.') : error;
    });
  try {
    if (file !== undefined) await intoFile(body, file, signal);
    else if (process.stdout.isTTY) await ontoTerminal(body);
    else await pipeline(body, process.stdout, { end: false, signal });
  } catch (error) {
    const reason = signal.aborted ? 'it was stopped' : lineOf(error);
    throw new CliError(
      `The export broke off (${reason}): ${file === undefined ? 'what was written is not all' : 'nothing was kept of it'}.`,
    );
  }
  if (file !== undefined) say(`Written: ${file}`);
}

/** Under another name until it is complete, also for whoever looks after this process was killed. */
async function intoFile(body: Readable, file: string, signal: AbortSignal): Promise<void> {
  const partial = `${file}.partial`;
  try {
    // Webhooks may hold anything: for their owner to show around.
    await pipeline(body, createWriteStream(partial, { mode: 0o600 }), { signal });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Tells spreadsheets that a file is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

async function ontoTerminal(body: Readable): Promise<void> {
  let fault: unknown = null;
  body.once('error', (error) => {
    fault = error;
  });
  for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
    writeText(line.replace(BYTE_ORDER_MARK, ''));
  }
  // Lines simply end when their source breaks off.
  if (fault !== null) throw fault;
}
