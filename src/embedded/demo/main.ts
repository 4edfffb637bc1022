import { readSettings, type Settings } from '../../config.ts';
import { createLogger } from '../../operate/logger.ts';
import { closeOnSignal } from '../../signals.ts';
import { explain, type Running, run } from '../../start.ts';
import { DemoApi } from './api.ts';
import { createDemoWorkflow, sendAndFollow } from './journey.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const say = (line = '') => console.log(line);
const step = (line: string) => say(`  ${line}`);

/** The demo's receiver is on this machine, which endpoints may not reach unless they are told so. */
const withLoopback = (settings: Settings): Settings =>
  settings.outboundAllowCidrs.length > 0
    ? settings
    : { ...settings, outboundAllowCidrs: ['127.0.0.0/8', '::1/128'] };

/** Starts on the port the settings name, or on a free one when that was only the default and is taken. */
async function startDemo(settings: Settings): Promise<Running> {
  const log = createLogger({ level: process.env.LOG_LEVEL ? settings.logLevel : 'error', pretty: true });
  try {
    return await run(settings, log);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || process.env.PORT) throw error;
    step(`Port ${settings.port} is taken: using a free one`);
    return run({ ...settings, port: 0 }, log);
  }
}

async function chooseEndpoint(settings: Settings): Promise<{ url: string; receiver: Receiver | null }> {
  if (settings.n8n) {
    const url = `${settings.n8n.webhookUrl}/hookgate-demo`;
    step(`Delivering to n8n at ${url}: it needs an active workflow with a POST webhook at that path`);
    return { url, receiver: null };
  }
  const receiver = await startReceiver((line) => step(`receiver   ${line}`));
  step('No n8n is configured (N8N_BASE_URL): a small receiver on this machine stands in for it');
  return { url: receiver.url, receiver };
}

async function demo(): Promise<void> {
  say('Starting Hookgate');
  const settings = withLoopback(readSettings());
  const running = await startDemo(settings);
  const { url, receiver } = await chooseEndpoint(settings);
  closeOnSignal({
    limitMs: settings.shutdownTimeoutMs + 1_000,
    onClosing: ({ err }) => say(err ? explain(err) : '\nStopping'),
    async close() {
      await running.close();
      await receiver?.close();
    },
  });
  const api = new DemoApi(running.service.url, running.settings.adminApiKey ?? '');
  const workflow = await createDemoWorkflow(api, url);
  say('\nOne webhook, all the way');
  await sendAndFollow(api, workflow, step);
  const { curl } = await api.call<{ curl: string }>('GET', `/api/workflows/${workflow.id}/webhook`);
  say('\nSend one yourself');
  say(`SECRET='${workflow.webhook.secret ?? ''}'`);
  say(curl);
  say(`\nListening on ${running.service.url}; the API is described at ${running.service.url}/docs`);
  if (running.adminKeyFile) say(`The admin API key is in ${running.adminKeyFile}`);
  say('Ctrl-C stops it.');
}

try {
  await demo();
} catch (error) {
  console.error(`The demo could not run. ${explain(error)}`);
  process.exitCode = 1;
}
