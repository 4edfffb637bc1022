import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { parseId } from '../domain/ids.ts';

const AFTER_HELP = `
The API key is read from HOOKGATE_API_KEY, else ADMIN_API_KEY (both may be in .env), else, for a service on this
machine, from the data folder of the embedded installation (HOOKGATE_DATA_DIR, .hookgate). There is no option for
it: everybody on a machine can read the arguments of its programs, and shells keep them in their history.

Data goes to standard output, everything else to standard error. NO_COLOR is respected.`;

const AFTER_ALL_HELP = '\nExit codes: 0 done, 1 failed, 2 wrong usage.';

/** The package is one folder up from the sources, and two from what is built of them. */
function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return 'unknown';
}

/** The options of all commands. The commands themselves are added by their families. */
export function createProgram() {
  return (
    new Command('hookgate')
      .description('Manages a Hookgate service, and finds out what is wrong with one.')
      .option('--url <url>', 'where the service is (HOOKGATE_URL, else http://127.0.0.1:PORT)')
      .option('--organization <id>', 'act for this organization; needs the admin key')
      .option('--json', 'write JSON, for programs')
      .version(version(), '--version')
      .configureHelp({ showGlobalOptions: true })
      .addHelpText('after', AFTER_HELP)
      .addHelpText('afterAll', AFTER_ALL_HELP)
      .exitOverride()
      // An unknown option is named with its value, which somebody may have taken for the place of a key.
      .configureOutput({
        outputError: (text, write) => write(text.replace(/(--?[\w-]+)=[^'\n]*/g, '$1=…')),
      })
  );
}

export type Program = ReturnType<typeof createProgram>;

/** For options that may be given several times. */
export const collect = (value: string, previous: string[] | undefined): string[] => [
  ...(previous ?? []),
  value,
];

/** For options that are a number. */
export const integer =
  (minimum: number, maximum: number) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    throw new InvalidArgumentError(`Must be a whole number from ${minimum} to ${maximum}.`);
  };

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** For options that are a time: a date, or how long from (+1) or before (-1) now, such as 90d, 12h, 30m. */
export const time =
  (direction: 1 | -1) =>
  (value: string): string => {
    const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
    const at =
      count === undefined ? Date.parse(value) : Date.now() + direction * Number(count) * (UNITS[unit] ?? 0);
    if (!Number.isNaN(at)) return new Date(at).toISOString();
    throw new InvalidArgumentError(
      'Must be a date such as 2030-01-31, or a duration such as 90d, 12h or 30m.',
    );
  };

/** For ids, which become part of a path. */
export function id(value: string): string {
  const parsed = parseId(value);
  if (parsed !== null) return parsed;
  throw new InvalidArgumentError('Must be an id such as 01a200fe-bb32-70a8-8ea0-189e8bf9c223.');
}
