import { readFileSync } from 'node:fs';
import { readSettings } from '../../src/config.ts';
import { SINK_CONNECTIONS, workerConnections } from '../../src/queue/postgres.ts';
import { CONNECTIONS, divide } from '../../src/service/pools.ts';
import t from '../helpers/tap.ts';

t.test('the size of the pool is divided without a rest, and everybody has at least one', async (t) => {
  for (const role of ['all', 'api', 'worker'] as const) {
    for (let databasePoolSize = 2; databasePoolSize <= 200; databasePoolSize++) {
      const { management, work } = divide({ databasePoolSize, role });
      t.equal(management + work, databasePoolSize);
      t.ok(management >= 1 && work >= 1, `${role} ${databasePoolSize}`);
    }
  }
});

t.test('README and .env.example say how many connections a process takes', async (t) => {
  const settings = readSettings({}, false);
  const own = Object.values(CONNECTIONS).reduce((sum, count) => sum + count, 0);
  const queue = SINK_CONNECTIONS + workerConnections(settings.workerConcurrency);
  const read = (name: string) => readFileSync(name, 'utf8').replace(/\s+(# )?/g, ' ');
  const readme = read('README.md');
  t.match(readme, `at most ${settings.databasePoolSize + own} connections, and ${queue} more when the queue`);
  t.match(
    readme,
    `\`DATABASE_POOL_SIZE\` (${settings.databasePoolSize}) for the API and for workers, and ${own} of`,
  );
  t.match(
    read('.env.example'),
    `a process takes ${own} that nothing slow can use up, and ${queue} for the queue`,
  );
});
