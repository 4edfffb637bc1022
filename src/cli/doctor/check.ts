import { readSettings, type Settings } from '../../config.ts';
import type { GlobalOptions } from '../client.ts';
import { lineOf } from '../errors.ts';
import { checkDatabase } from './database.ts';
import { type Finding, findings } from './finding.ts';
import { checkDataFolder, checkNode } from './machine.ts';
import { checkMetrics } from './metrics.ts';
import { checkN8n } from './n8n.ts';
import { checkRedis } from './redis.ts';
import { checkService } from './service.ts';

/** Everything there is to find out, in the order in which to mend it. Changes nothing. */
export async function examine(options: GlobalOptions): Promise<Finding[]> {
  const { settings, found } = examineSettings();
  const parts = await Promise.all([
    ...(settings === null
      ? []
      : [checkDataFolder, checkMetrics, checkDatabase, checkRedis, checkN8n].map((check) => check(settings))),
    checkService(options),
  ]);
  return [checkNode(), ...found, ...parts.flat()];
}

function examineSettings(): { settings: Settings | null; found: Finding[] } {
  const { ok, warning, broken } = findings('settings');
  try {
    const settings = readSettings();
    const notices = settings.notices.map(({ setting, detail, mend }) =>
      warning(`${setting}: ${detail}`, mend),
    );
    return { settings, found: notices.length > 0 ? notices : [ok('Every setting can be used.')] };
  } catch (error) {
    const mend = 'See .env.example for what each setting takes. What follows is without them.';
    return { settings: null, found: [broken(lineOf(error), mend)] };
  }
}
