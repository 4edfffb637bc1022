import { createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import type { Test } from '../helpers/tap.ts';
import { audit } from './audit.ts';
import { accepted, createSender, type Sent, sendMany, startLoad, tally } from './load.ts';

export interface Killing {
  kills: number;
  senders: number;
  /** Deliveries that are under way for certain whenever it is killed. */
  held: number;
}

/** Kills the service and its embedded Postgres under load, again and again in one data folder, and audits the rest. */
export async function killUnderLoad(t: Test, { kills, senders, held }: Killing): Promise<void> {
  const service = await startService(t);
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const { id: workflowId } = await api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
  });
  let holding = 0;
  receiver.answer(({ attempt }) => (attempt === 1 && holding++ < held ? 'hang' : {}));
  const sent: Sent[] = [];
  for (let kill = 1; kill <= kills; kill++) {
    holding = 0;
    const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, senders);
    sent.push(...(await sendMany(sender, held)));
    await receiver.waitFor('some to hold', () => holding >= held, { withinMs: 60_000 });
    const load = startLoad(t, { sender, senders });
    // At another point of its start, its batches and its deliveries each time.
    const count = Math.ceil(Math.random() * 2 * senders);
    await eventually(`${count} webhooks are accepted`, () => accepted(load.sent).length >= count, {
      withinMs: 60_000,
      everyMs: 5,
    });
    await service.killAll();
    sent.push(...(await load.stop()));
    await sender.close();
    await service.restart();
  }
  const found = await audit(t, { api, receiver, workflowId, sent });
  t.ok(found.acknowledged >= kills, 'webhooks were acknowledged before the kills');
  t.ok(found.resent >= kills * held, 'what was under way was sent again');
  t.ok(
    sent.filter(({ status }) => status === 0).length >= kills,
    'webhooks were under way when it was killed',
  );
  t.comment({ ...found, answers: tally(sent) });
}
