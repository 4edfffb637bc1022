import { readSettings } from '../config.ts';
import { createLogger } from '../operate/logger.ts';
import { explain, migrate } from '../start.ts';
import { CliError } from './errors.ts';

/**
 * Brings the database that the settings name up to date; returns the names of what was applied.
 * @throws CliError in one line, whatever the cause.
 */
export async function applyMigrations(): Promise<string[]> {
  const log = createLogger({ level: 'warn', pretty: false, destination: process.stderr });
  try {
    return await migrate(readSettings(), log);
  } catch (error) {
    const [line = ''] = explain(error).split('\n');
    throw new CliError(line);
  }
}
