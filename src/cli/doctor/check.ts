import { readSettings, type Settings } from '../../config.ts';
import type { GlobalOptions } from '../client.ts';
import { lineOf } from '../errors.ts';
import { checkDatabase } from './database.ts';
import { type Finding, findings } from './finding.ts';
import { checkDataFolder, checkNode } from './machine.ts';
import { checkN8n } from './n8n.ts';
import { checkRedis } from './redis.ts';
import { checkService } from './service.ts';

/** Everything there is to find out, in the order in which to mend it. Changes nothing. */
export async function examine(options: GlobalOptions): Promise<Finding[]> {
  const { settings, finding } = examineSettings();
  const parts = await Promise.all([
    ...(settings === null
      ? []
      : [checkDataFolder, checkDatabase, checkRedis, checkN8n].map((check) => check(settings))),
    checkService(options),
  ]);
  return [checkNode(), finding, ...parts.flat()];
}

function examineSettings(): { settings: Settings | null; finding: Finding } {
  const { ok, broken } = findings('settings');
  try {
    return { settings: readSettings(), finding: ok('Every setting can be used.') };
  } catch (error) {
    const mend = 'See .env.example for what each setting takes. What follows is without them.';
    return { settings: null, finding: broken(lineOf(error), mend) };
  }
}
