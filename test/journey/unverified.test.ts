import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

t.test(
  'a workflow that verifies nothing takes so many from one address, and one with a limit as many as that says',
  async (t) => {
    const env = { UNVERIFIED_WEBHOOKS_PER_SECOND: '1', TRUST_PROXY: '127.0.0.1' };
    const { api } = await startJourney(t, { env });
    const open = await api.createWorkflow({ webhook: { authType: 'none' } });
    const own = await api.createWorkflow({
      webhook: { authType: 'none', rateLimit: { max: 1_000, windowSeconds: 1 } },
    });
    const send = (id: string, address: string) => api.send(id, { headers: { 'x-forwarded-for': address } });
    let refused: Awaited<ReturnType<typeof send>> | undefined;
    // As many at once as come in ten seconds, and one for each second that this takes.
    for (let sent = 0; sent < 1_000 && refused?.status !== 429; sent++)
      refused = await send(open.id, '192.0.2.1');
    t.match(refused, { status: 429, body: { code: 'rate_limited' } });
    t.ok(Number(refused?.headers['retry-after']) >= 1);
    t.equal((await send(open.id, '192.0.2.2')).status, 200, 'another address has its own');
    for (let sent = 0; sent < 30; sent++) t.equal((await send(own.id, '192.0.2.1')).status, 200);
  },
);
