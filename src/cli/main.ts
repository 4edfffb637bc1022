import { CommanderError } from '@commander-js/extra-typings';
import { addDoctor } from './doctor.ts';
import { lineOf, UsageError } from './errors.ts';
import { addKeys } from './keys.ts';
import { addLogs } from './logs.ts';
import { addMigrate } from './migrate.ts';
import { addN8n } from './n8n.ts';
import { say } from './output.ts';
import { createProgram } from './program.ts';
import { addSend } from './send.ts';
import { addUsage } from './usage.ts';
import { addWorkflows } from './workflows.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

const program = createProgram();
addKeys(program);
addWorkflows(program);
addSend(program);
addLogs(program);
addUsage(program);
addN8n(program);
addMigrate(program);
addDoctor(program);

// A reader that has left, such as head, is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exitCode = FAILED;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // It has been told already, with the usage where that helps.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  say(`hookgate: ${lineOf(error)}`);
  return error instanceof UsageError ? WRONG_USAGE : FAILED;
}
