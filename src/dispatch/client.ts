import { Agent } from 'undici';
import { createAddressGuard, type GuardOptions } from './address-guard.ts';
import { createConnector } from './connector.ts';
import { decodeBody } from './content-coding.ts';
import { type Answer, exchange } from './exchange.ts';
import { describe, lostReason, notSentReason } from './failure.ts';
import type { Judgement, Reach } from './reach.ts';
import type { OutboundRequest, ResponseResult, SendResult } from './send-result.ts';

const DEFAULT_MAX_RESPONSE_BYTES = 65_536;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

export interface ClientOptions extends GuardOptions {
  /** What of all URLs may be called; left out: any, so far as its address may be connected to. */
  reach?: Reach;
  /** How much of an answer's body is kept. Default 64 KiB. */
  maxResponseBytes?: number;
  /** Default: as many as there are calls at once. */
  connectionsPerOrigin?: number;
  /** For the TCP and TLS handshakes, within a call's own deadline. Default 10 s. */
  connectTimeoutMs?: number;
}

export interface Client {
  /** Makes one call. Expected failures, whoever causes them, are results; it does not reject for them. */
  send(request: OutboundRequest): Promise<SendResult>;
  /** Ends all connections at once. Calls that are still open end as `lost` or `not_sent`. */
  close(): Promise<void>;
}

/** @throws when an entry of `allowCidrs` is not an address or a CIDR range. */
export function createClient(options: ClientOptions): Client {
  const maxBodyBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const { reach } = options;
  const usual = openAgent(options);
  // Of its own: a connection that was made for a webhook of n8n must not carry anything else.
  const toWebhooks = reach ? openAgent({ ...options, allowHosts: reach.n8nHosts }) : null;

  return {
    send: async (request) => {
      const startedAt = performance.now();
      const durationMs = () => Math.round(performance.now() - startedAt);
      const target = targetOf(request);
      if ('fault' in target) {
        return {
          status: 'not_sent',
          reason: 'invalid_request',
          detail: target.fault,
          durationMs: durationMs(),
        };
      }
      const judged = reach?.judge(target.url) ?? NOT_JUDGED;
      if (!judged.ok) return notAllowed(judged);
      const ending = await exchange(
        (judged.isWebhook ? toWebhooks : null)?.agent ?? usual.agent,
        { ...requestLine(target), headers: request.headers.flat(), body: request.body },
        { timeoutMs: request.timeoutMs, maxBodyBytes },
      );
      if ('answer' in ending) return response(ending.answer, maxBodyBytes, durationMs());
      const detail = describe(ending.error);
      if (ending.started) {
        return { status: 'lost', reason: lostReason(ending.error), detail, durationMs: durationMs() };
      }
      const reason = notSentReason(ending.error, target.url.protocol === 'https:');
      // How long a look-up took tells whether the name exists.
      return { status: 'not_sent', reason, detail, durationMs: reason === 'dns' ? 0 : durationMs() };
    },
    close: async () => {
      await Promise.all([usual.close(), toWebhooks?.close()]);
    },
  };
}

const NOT_JUDGED: Judgement = { ok: true, isWebhook: false };

const notAllowed = ({ obstacle, detail }: Extract<Judgement, { ok: false }>): SendResult => ({
  status: 'not_sent',
  reason: obstacle === 'private' ? 'address_not_allowed' : 'endpoint_not_allowed',
  detail: `The URL ${detail}.`,
  durationMs: 0,
});

function openAgent(options: ClientOptions) {
  const connector = createConnector({
    guard: createAddressGuard(options),
    timeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    isOwn: options.reach?.isOwn ?? (() => false),
  });
  const agent = new Agent({
    connect: connector.connect,
    connections: options.connectionsPerOrigin ?? null,
    // The call's own deadline covers these.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    agent,
    close: async () => {
      await agent.destroy();
      // The agent forgets pools whose connections failed; their sockets would outlive it.
      connector.destroySockets();
    },
  };
}

async function response(answer: Answer, maxBytes: number, durationMs: number): Promise<ResponseResult> {
  const decoded = await decodeBody(answer.body, answer.headers, maxBytes);
  return {
    status: 'response',
    ...answer,
    body: decoded.body,
    truncated: answer.truncated || decoded.truncated,
    durationMs,
  };
}

interface Target {
  url: URL;
  path: string;
  method: string;
}

const requestLine = ({ url: { origin }, path, method }: Target) => ({ origin, path, method });

function targetOf({ url, method }: OutboundRequest): Target | { fault: string } {
  if (!URL.canParse(url)) return { fault: 'The URL cannot be parsed.' };
  const parsed = new URL(url);
  const { protocol, username, password, pathname, search } = parsed;
  if (protocol !== 'http:' && protocol !== 'https:') return { fault: 'The URL is neither http nor https.' };
  if (username !== '' || password !== '') return { fault: 'The URL contains credentials.' };
  if (method.toUpperCase() === 'CONNECT') return { fault: 'The method CONNECT is not supported.' };
  return { url: parsed, path: `${pathname}${queryAsWritten(url) ?? search}`, method };
}

/** The URL parser rewrites some characters of a query (' becomes %27): a receiver may verify its exact text. */
function queryAsWritten(url: string): string | null {
  const [beforeFragment = ''] = url.split('#');
  const start = beforeFragment.indexOf('?');
  const query = start === -1 ? '' : beforeFragment.slice(start);
  return /^[\x21-\x7e]*$/.test(query) ? query : null;
}
