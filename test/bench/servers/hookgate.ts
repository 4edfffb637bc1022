import { readSettings } from '../../../src/config.ts';
import { createLogger } from '../../../src/operate/logger.ts';
import { run } from '../../../src/start.ts';

/** The service as it runs in production, with what its settings in the environment say. */
const settings = readSettings(process.env, false);
const {
  service,
  settings: found,
  close,
} = await run(settings, createLogger({ level: 'warn', pretty: false }));
process.send?.({ url: service.url, databaseUrl: found.databaseUrl });
process.once('SIGTERM', () => {
  close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
