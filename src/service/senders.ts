import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { createClient } from '../dispatch/client.ts';
import type { HandshakeFailure } from '../domain/handshake.ts';
import type { FailureLimit } from '../receive/failure-limit.ts';
import { HandshakeLog } from '../receive/handshake-log.ts';
import { createHandshakes, type Handshakes } from '../receive/handshakes.ts';
import { createCertificates, createConfirmation, type SenderCallPorts } from '../receive/sender-calls.ts';
import type { FetchCertificate } from '../receive/webhook-policy.ts';
import { insertHandshakes, keepFirstSecret } from '../store/handshakes.ts';
import type { Stores } from './stores.ts';

/** What is said to senders beside the answers to their webhooks, and asked of them. */
export interface Senders {
  handshakes: Handshakes;
  fetchCertificate: FetchCertificate;
  /** Writes down what is not yet. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Makes one call to a sender's own host, which only a test makes otherwise. */
export type CallSender = SenderCallPorts['send'];

export interface SendersOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  stores: Pick<Stores, 'work' | 'box' | 'config'>;
  /** Who tries out tokens and secrets is slowed like who fails to authenticate. */
  failures: Pick<FailureLimit, 'failed'>;
  callSender: CallSender | undefined;
}

const GUESSES: readonly (HandshakeFailure | null)[] = ['verify_token_mismatch', 'other_secret'];

export function openSenders({ settings, log, stores, failures, callSender }: SendersOptions): Senders {
  const { work, box, config } = stores;
  const client = createClient({ allowCidrs: settings.outboundAllowCidrs, allowHosts: [] });
  const call: SenderCallPorts = {
    send: callSender ?? client.send,
    onFailed: (failure) => log.warn(failure, 'sender.call_failed'),
  };
  const handshakeLog = new HandshakeLog({
    insert: (rows) => insertHandshakes(work, rows),
    onLogged: ({ requestId, workflowId, handshake, statusCode, errorCode }) =>
      log.info({ requestId, workflowId, handshake, statusCode, errorCode }, 'webhook.handshake'),
    onError: (err) => log.warn({ err }, 'webhook.handshakes_unwritten'),
  });
  const handshakes = createHandshakes({
    confirm: createConfirmation(call),
    log(record) {
      handshakeLog.record(record);
      const { policy, sourceIp } = record.request;
      if (GUESSES.includes(record.failure)) failures.failed(policy.door, sourceIp);
    },
    async keepSecret({ workflow: { id: workflowId, organizationId } }, secret) {
      const outcome = await keepFirstSecret(work, box, { organizationId, workflowId, secret });
      // What it signs may follow at once.
      config.workflows.invalidate(workflowId);
      return outcome;
    },
  });
  return {
    handshakes,
    fetchCertificate: createCertificates(call),
    flush: () => handshakeLog.close(),
    close: () => client.close(),
  };
}
