import type { WebhookSettings } from '../http/schemas/webhook-settings.ts';
import { type Client, connect } from './client.ts';
import { CliError, UsageError } from './errors.ts';
import { readData, readLine } from './input.ts';
import { writeJson, writeText } from './output.ts';
import { collect, id, integer, type Program } from './program.ts';
import { type Sent, sendDirectly, sendThroughTest } from './send-webhook.ts';
import { webhookSecret } from './settings.ts';
import { waitForEnd, writeExecution } from './wait.ts';

const SAMPLE = '{"event":"test","message":"A test webhook from Hookgate."}';

const HELP = `
With a secret the webhook is signed here and sent over the network, as its sender would. Prefer
HOOKGATE_WEBHOOK_SECRET or --secret-stdin: everybody on this machine can read what --secret is given.
Without one the service signs it with the secret it keeps, and sends it to itself (POST …/webhook/test).`;

interface SendOptions {
  data: string;
  header?: string[] | undefined;
  secret?: string | undefined;
  secretStdin?: true | undefined;
  direct?: true | undefined;
}

/** `hookgate send`: a test webhook, correctly signed. */
export const addSend = (program: Program) =>
  program
    .command('send')
    .description('sign and send a test webhook')
    .argument('<workflowId>', 'whose webhook', id)
    .option('--data <json|@file|->', 'its body: JSON, a file, or the standard input', SAMPLE)
    .option('--header <name: value>', 'sent too; may be given several times', collect)
    .option('--secret <secret>', "the webhook's (HOOKGATE_WEBHOOK_SECRET)")
    .option('--secret-stdin', 'read the secret from the first line of the standard input')
    .option('--direct', "send to --url, whatever the webhook's public URL is")
    .option('--wait', 'wait for the end of its execution; fails when that fails')
    .option('--timeout <seconds>', 'how long to wait', integer(1, 86_400), 60)
    .addHelpText('after', HELP)
    .action(async (workflowId, { wait, timeout, ...given }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      const sent = await send(client, workflowId, given);
      const executionId = sent.status < 300 ? sent.executionId : null;
      if (!json) writeSent(sent);
      const execution =
        wait && executionId !== null ? await waitForEnd(client, executionId, timeout * 1_000) : null;
      if (json) writeJson({ ...sent, execution });
      else if (execution !== null) writeExecution(execution);
      if (sent.status >= 300) throw new CliError(`The webhook was refused with ${sent.status}.`);
      if (wait && execution === null) throw new CliError(UNTOLD);
      if (execution !== null && execution.status !== 'succeeded') {
        throw new CliError(`Its execution is ${execution.status}, not succeeded.`);
      }
    });

const UNTOLD =
  'It was taken, but the answer names no execution to wait for. Without a secret the service sends it, and tells.';

async function send(client: Client, workflowId: string, options: SendOptions): Promise<Sent> {
  if (options.secretStdin && options.data === '-') {
    throw new UsageError('--secret-stdin and --data - both want the standard input.');
  }
  const headers = Object.fromEntries((options.header ?? []).map(headerOf));
  const body = await readData(options.data);
  const secret = options.secretStdin ? await readLine() : (options.secret ?? webhookSecret());
  const path = `/api/webhooks/${workflowId}`;
  const settings = await client.get<WebhookSettings>(`/api/workflows/${workflowId}/webhook`);
  if (secret === null && settings.authType !== 'none') {
    if (options.direct) throw new UsageError('--direct needs a secret: set HOOKGATE_WEBHOOK_SECRET.');
    return sendThroughTest(client, { workflowId, body, headers });
  }
  const to = options.direct ? client.url + path : null;
  return sendDirectly({ workflowId, settings, secret, to, body, headers });
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t -~]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('--header must be a name, a colon and a value.');
  }
  return [name.toLowerCase(), value.trim()];
}

function writeSent({ url, status, durationMs, answer }: Sent): void {
  writeText(`POST ${url}\n${status} in ${durationMs} ms`);
  writeText(typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2));
}
