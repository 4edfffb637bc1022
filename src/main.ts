import { ConfigError, type RunSettings, readSettings, type Settings } from './config.ts';
import { createLogger } from './operate/logger.ts';
import { migrateStores } from './service/stores.ts';
import { closeOnSignal } from './signals.ts';
import { explain, run, startEmbedded } from './start.ts';

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

async function migrate(settings: Settings): Promise<void> {
  const log = createLogger({ level: 'warn', pretty: false });
  const embedded = settings.databaseUrl === null ? await startEmbedded(settings, log) : null;
  try {
    const applied = await migrateStores(embedded?.settings ?? (settings as RunSettings));
    console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
  } finally {
    await embedded?.stop();
  }
}

const commands = new Map([
  ['serve', serve],
  ['migrate', migrate],
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
