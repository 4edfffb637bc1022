import { request } from 'undici';
import type { WebhookSettings, WebhookTested } from '../http/schemas/webhook-settings.ts';
import { type SigningAuth, signRequest } from '../verify/sign.ts';
import { type Client, parseJson } from './client.ts';
import { CliError, lineOf, UnreachableError, UsageError } from './errors.ts';

/** A webhook that was sent, and what came back. */
export interface Sent {
  url: string;
  status: number;
  durationMs: number;
  /** As JSON when it is, else as text. */
  answer: unknown;
}

export interface Webhook {
  workflowId: string;
  body: Buffer;
  /** Names are lower-case. */
  headers: Record<string, string>;
}

export interface DirectOptions extends Webhook {
  settings: Pick<WebhookSettings, 'url' | 'authType' | 'hmac'>;
  /** null: only a webhook that verifies nothing can be sent to. */
  secret: string | null;
  /** Where to send it instead of the URL that senders know, which is what is signed in either case. */
  to: string | null;
}

const LIMIT_MS = 60_000;

/** Sends it as its sender would, over the network and signed here. */
export async function sendDirectly({ settings, secret, to, body, headers }: DirectOptions): Promise<Sent> {
  const url = to ?? settings.url;
  const own = { 'content-type': 'application/json', 'user-agent': 'hookgate-cli', ...headers };
  const signed = signRequest({
    auth: signingAuth(settings, secret),
    method: 'POST',
    url: settings.url,
    headers: { host: new URL(url).host, 'content-length': String(body.length), ...own },
    rawBody: body,
    nowMs: Date.now(),
  });
  if (!signed.signed) throw new CliError(`The webhook cannot be signed with this secret: ${signed.reason}.`);
  const startedAt = performance.now();
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { ...signed.headers, ...own },
      body,
      headersTimeout: LIMIT_MS,
    });
    const text = await answer.body.text();
    const durationMs = Math.round(performance.now() - startedAt);
    return { url, status: answer.statusCode, durationMs, answer: parseJson(text) ?? text };
  } catch (error) {
    throw new UnreachableError(`${url} did not answer: ${lineOf(error)}. --direct sends to --url instead.`);
  }
}

function signingAuth({ authType, hmac }: DirectOptions['settings'], secret: string | null): SigningAuth {
  if (authType === 'none') return { type: 'none' };
  if (secret === null) throw new UsageError('A secret is needed: set HOOKGATE_WEBHOOK_SECRET.');
  return authType === 'hmac' ? { type: 'hmac', description: hmac, secret } : { type: authType, secret };
}

/** Has the service send it to itself, with the secret that it keeps. */
export async function sendThroughTest(client: Client, { workflowId, body, headers }: Webhook): Promise<Sent> {
  const text = body.toString('utf8');
  if (parseJson(text) === undefined) {
    throw new UsageError('Without a secret the service sends the webhook, and takes only JSON for it.');
  }
  const startedAt = performance.now();
  const { request: sent, response } = await client.call<WebhookTested>(
    'POST',
    `/api/workflows/${workflowId}/webhook/test`,
    // Not parsed and written anew: its bytes are what a signature is made from.
    { rawJson: `{"body":${text},"headers":${JSON.stringify(headers)}}` },
  );
  const durationMs = Math.round(performance.now() - startedAt);
  return { url: sent.url, status: response.status, durationMs, answer: response.body };
}
