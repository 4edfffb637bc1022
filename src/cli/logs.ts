import { Option } from '@commander-js/extra-typings';
import { EXECUTION_STATES } from '../domain/states.ts';
import type { Query } from './client.ts';
import { exportLogs } from './export.ts';
import { id, integer, type Program, time } from './program.ts';
import { tail } from './tail.ts';

/** `hookgate logs …`: what was received. */
export function addLogs(program: Program): void {
  const logs = program.command('logs').description('what was received, accepted or refused');
  addExport(logs);
  logs
    .command('tail')
    .description('show webhooks as they come, until Ctrl-C; with --json one document a line')
    .option('--workflow <id>', 'of this workflow', id)
    .option('--errors', 'only those that were refused')
    .option('--lines <n>', 'how many of those that are there already to begin with', integer(0, 200), 10)
    .action(async ({ workflow, errors, lines }, command) => {
      const { signal, end } = untilStopped();
      // A reader that has left, such as head, ends it too.
      process.stdout.once('error', end);
      const { url, organization, json } = command.optsWithGlobals();
      const filter = { workflowId: workflow, ...(errors && { success: false }) };
      await tail({ url, organization, json, filter, lines, signal });
    });
}

function addExport(logs: ReturnType<Program['command']>): void {
  logs
    .command('export')
    .description('write all that fits, newest first')
    .addOption(new Option('--format <format>').choices(['ndjson', 'csv'] as const).default('ndjson' as const))
    .option('-o, --output <file>', 'instead of the standard output; there only when it is complete')
    .option('--workflow <id>', 'of this workflow', id)
    .option('--errors', 'only those that were refused')
    .option('--status-code <code>', 'answered with this', integer(100, 599))
    .option('--error-code <code>', 'refused for this reason, such as authentication_failed')
    .addOption(new Option('--execution <status>', 'whose execution is').choices(EXECUTION_STATES))
    .option('--from <when>', 'received at this time or later: a date, or how long ago, such as 7d', time(-1))
    .option('--to <when>', 'received before this time', time(-1))
    .option('--source-ip <address>', 'sent from this address')
    .option('--search <text>', 'with this text in the body')
    .action(async ({ format, output, ...filters }, command) => {
      const { signal } = untilStopped();
      const { url, organization } = command.optsWithGlobals();
      await exportLogs({ url, organization, filter: toQuery(filters), format, file: output, signal });
    });
}

interface Filters {
  workflow?: string | undefined;
  errors?: true | undefined;
  statusCode?: number | undefined;
  errorCode?: string | undefined;
  execution?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  sourceIp?: string | undefined;
  search?: string | undefined;
}

const toQuery = ({ workflow, errors, execution, search, ...same }: Filters): Query => ({
  workflowId: workflow,
  ...(errors && { success: false }),
  executionStatus: execution,
  q: search,
  ...same,
});

/** A signal that Ctrl-C gives. Often it comes twice: from the terminal, and from npm in between. */
function untilStopped(): { signal: AbortSignal; end: () => void } {
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, end);
  return { signal: stop.signal, end };
}
