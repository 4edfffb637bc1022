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
  /** What it started; null: nothing, or the answer does not tell. */
  executionId: string | null;
}

export interface Webhook {
  workflowId: string;
  body: Buffer;
  /** Names are lower-case. */
  headers: Record<string, string>;
}

export interface DirectOptions extends Webhook {
  settings: Pick<WebhookSettings, 'url' | 'authType' | 'hmac' | 'provider'>;
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
  // Some sign inside the body, or with the body's digest in the URL.
  const { rawBody = body } = signed;
  const sentTo = new URL(url);
  if (signed.url !== undefined) sentTo.search = new URL(signed.url).search;
  const startedAt = performance.now();
  try {
    const answer = await request(sentTo, {
      method: 'POST',
      headers: { ...signed.headers, ...own },
      body: rawBody,
      headersTimeout: LIMIT_MS,
    });
    const text = await answer.body.text();
    const durationMs = Math.round(performance.now() - startedAt);
    const said = parseJson(text) ?? text;
    return { url, status: answer.statusCode, durationMs, answer: said, executionId: executionIdOf(said) };
  } catch (error) {
    throw new UnreachableError(`${url} did not answer: ${lineOf(error)}. --direct sends to --url instead.`);
  }
}

function executionIdOf(answer: unknown): string | null {
  const { executionId } = (answer ?? {}) as { executionId?: unknown };
  return typeof executionId === 'string' ? executionId : null;
}

function signingAuth(
  { authType, hmac, provider }: DirectOptions['settings'],
  secret: string | null,
): SigningAuth {
  if (authType === 'none') return { type: 'none' };
  if (secret === null) throw new UsageError('A secret is needed: set HOOKGATE_WEBHOOK_SECRET.');
  if (authType === 'hmac') return { type: 'hmac', description: hmac, secret };
  if (authType !== 'provider') return { type: authType, secret };
  if (provider === null) throw new CliError('The webhook names no provider.');
  return { type: 'provider', provider, secret };
}

/** Has the service send it to itself, with the secret that it keeps. */
export async function sendThroughTest(client: Client, { workflowId, body, headers }: Webhook): Promise<Sent> {
  const text = body.toString('utf8');
  if (parseJson(text) === undefined) {
    throw new UsageError('Without a secret the service sends the webhook, and takes only JSON for it.');
  }
  const startedAt = performance.now();
  const tested = await client.call<WebhookTested>(
    'POST',
    `/api/workflows/${workflowId}/webhook/test`,
    // Not parsed and written anew: its bytes are what a signature is made from.
    { rawJson: `{"body":${text},"headers":${JSON.stringify(headers)}}` },
  );
  const durationMs = Math.round(performance.now() - startedAt);
  const { request: sent, response, executionId } = tested;
  return { url: sent.url, status: response.status, durationMs, answer: response.body, executionId };
}
