import { basename } from 'node:path';
import { commandLine } from '../../src/embedded/processes.ts';
import { createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { childrenOf, send } from '../helpers/processes.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import t from '../helpers/tap.ts';
import { audit } from './audit.ts';
import { killUnderLoad } from './killing.ts';
import { accepted, createSender, startLoad, tally } from './load.ts';

const LIMIT_MS = 600_000;
t.setTimeout(LIMIT_MS);

t.test('everything killed ten times under load, in one data folder', (t) =>
  killUnderLoad(t, { kills: 10, senders: 200, held: 5 }),
);

t.test('only the embedded Postgres killed: it comes back by itself', async (t) => {
  const service = await startService(t);
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const { id: workflowId } = await api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
  });
  const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, 20);
  const load = startLoad(t, { sender, senders: 20 });
  const { pid } = service;

  const recovered = () => {
    const before = load.sent.length;
    const arrived = receiver.requests.length;
    return eventually(
      'webhooks are taken and executed',
      () => accepted(load.sent.slice(before)).length >= 50 && receiver.requests.length >= arrived + 50,
      { withinMs: 60_000 },
    );
  };
  await recovered();
  for (let kill = 1; kill <= 3; kill++) {
    const postmaster = await postmasterOf(service.pid);
    send(postmaster, 'SIGKILL');
    await eventually('another Postgres runs', async () => (await postmasterOf(service.pid)) !== postmaster, {
      withinMs: 60_000,
    });
    await recovered();
  }
  const sent = await load.stop();
  t.same(
    sent.filter(({ status }) => status !== 200 && status !== 503),
    [],
    'every answer was 200 or 503',
  );
  t.equal(service.pid, pid);
  t.equal(service.logs.filter(({ msg }) => msg === 'postgres.restarting').length, 3);
  const found = await audit(t, { api, receiver, workflowId, sent });
  t.comment({ ...found, answers: tally(sent) });
  t.same(await service.kill(), { code: 0, signal: null });
});

/** @throws Error while there is none. */
async function postmasterOf(service: number): Promise<number> {
  for (const pid of await childrenOf(service)) {
    const [program = ''] = await commandLine(pid);
    if (basename(program.split(' -D ')[0] ?? '') === 'postgres') return pid;
  }
  throw new Error('no Postgres runs');
}
