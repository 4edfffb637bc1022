import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import type { WebhookSecret } from '../domain/workflow.ts';
import type { N8nInboundRoutePorts } from '../http/routes/n8n-inbound.ts';
import type { EventHandlers } from '../n8n/inbound/event.ts';
import { createEventReceiver, type ReceiveEventPorts } from '../n8n/inbound/receive-event.ts';
import { InboundRefusals } from '../n8n/inbound/refusals.ts';
import { createSigners } from '../n8n/inbound/signers.ts';
import type { Metrics } from '../operate/metrics.ts';
import { insertInboundEvent } from '../store/events.ts';
import { findInboundSigner } from '../store/inbound-secrets.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { openSecret, type SealedRow } from '../store/secret-rows.ts';
import type { Stores } from './stores.ts';

export interface N8nInboundOptions {
  settings: Pick<RunSettings, 'n8nWebhookSecret'>;
  log: Pick<FastifyBaseLogger, 'warn'>;
  stores: Pick<Stores, 'admission' | 'work' | 'box'>;
  producer: ReceiveEventPorts['queue'];
  /** What is done with events of names of their own. */
  handlers: EventHandlers;
  metrics: Pick<Metrics, 'executed'>;
}

/** One secret that cannot be read must not keep the others from being tried. */
function openOrWarn(
  box: SecretBox,
  row: SealedRow,
  log: Pick<FastifyBaseLogger, 'warn'>,
): WebhookSecret | null {
  try {
    return openSecret(box, row);
  } catch (err) {
    log.warn({ err, secretId: row.id }, 'n8n.secret_unreadable');
    return null;
  }
}

/** Everything between an event of n8n's and its answer. `close` writes down what was refused last. */
export function openN8nInbound(
  options: N8nInboundOptions,
): N8nInboundRoutePorts & { close(): Promise<void> } {
  const { settings, log, producer, handlers, metrics } = options;
  const { admission, work, box } = options.stores;
  const refusals = new InboundRefusals({
    insert: (event) => insertInboundEvent(work, event),
    onError: (err) => log.warn({ err }, 'n8n.refusals_unwritten'),
  });
  return {
    authenticate: createSigners({
      find: (named) => findInboundSigner(admission, named),
      open: (row) => openOrWarn(box, row, log),
      defaultSecret: settings.n8nWebhookSecret,
    }),
    receive: createEventReceiver({
      db: work,
      handlers,
      queue: producer,
      onEnd: ({ state, since }) =>
        metrics.executed({ state, seconds: (Date.now() - since.getTime()) / 1_000 }),
    }),
    logRefusal: (refused) => refusals.record(refused),
    close: () => refusals.close(),
  };
}
