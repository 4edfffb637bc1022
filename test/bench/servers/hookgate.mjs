// The service as it runs in production: built, and with what its settings in the environment say.
import { readSettings } from '../../../dist/src/config.js';
import { createLogger } from '../../../dist/src/operate/logger.js';
import { run } from '../../../dist/src/start.js';

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
