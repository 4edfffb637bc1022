import { ConfigError, readSettings, type Settings } from './config.ts';
import { createLogger } from './operate/logger.ts';
import { closeOnSignal } from './signals.ts';
import { explain, migrate, run } from './start.ts';

async function serve(settings: Settings): Promise<void> {
  const log = createLogger({ level: settings.logLevel, pretty: process.stdout.isTTY === true });
  const { service, adminKeyFile, close } = await run(settings, log);
  closeOnSignal({
    limitMs: settings.shutdownTimeoutMs + 1_000,
    onClosing({ err, signal }) {
      if (err) log.fatal({ err }, 'process.failed');
      log.info({ signal }, 'shutdown.started');
    },
    close,
  });
  log.info(
    { url: service.url, role: settings.role, ...(adminKeyFile && { adminKeyFile }) },
    'service.started',
  );
}

async function migrateOnly(settings: Settings): Promise<void> {
  const applied = await migrate(settings, createLogger({ level: 'warn', pretty: false }));
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
}

const commands = new Map([
  ['serve', serve],
  ['migrate', migrateOnly],
]);
const name = process.argv[2] ?? 'serve';
try {
  const command = commands.get(name);
  if (!command)
    throw new ConfigError(`There is no command "${name}": use ${[...commands.keys()].join(' or ')}.`);
  await command(readSettings());
} catch (error) {
  console.error(`Hookgate could not start. ${explain(error)}`);
  process.exitCode = 1;
}
