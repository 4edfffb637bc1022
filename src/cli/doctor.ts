import type { Finding } from './doctor/finding.ts';
import { CliError } from './errors.ts';
import { colored, writeJson, writeText } from './output.ts';
import type { Program } from './program.ts';
import { safe } from './safe-text.ts';

const MARKS = {
  ok: colored('green', '✔'),
  warning: colored('yellow', '!'),
  broken: colored('red', '✘'),
} as const satisfies Record<Finding['status'], string>;

/** `hookgate doctor`: what is wrong with an installation, and how to mend it. */
export const addDoctor = (program: Program) =>
  program
    .command('doctor')
    .description('check settings, database, Redis, n8n and the service, and say how to mend what is wrong')
    .action(async (_options, command) => {
      const { json, ...options } = command.optsWithGlobals();
      // Only here: it loads the drivers of the stores, which no call of the API should wait for.
      const { examine } = await import('./doctor/check.ts');
      const findings = await examine(options);
      const broken = findings.filter(({ status }) => status === 'broken').length;
      if (json) writeJson({ ok: broken === 0, findings });
      else findings.forEach(writeFinding);
      if (broken > 0)
        throw new CliError(broken === 1 ? 'One thing is broken.' : `${broken} things are broken.`);
    });

const WIDTH = 9;

function writeFinding({ name, status, detail, mend }: Finding): void {
  process.stdout.write(`${MARKS[status]} ${name.padEnd(WIDTH)} ${safe(detail)}\n`);
  if (mend !== undefined) writeText(`${' '.repeat(WIDTH + 3)}${mend}`);
}
