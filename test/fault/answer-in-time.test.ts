import { createHmac } from 'node:crypto';
import { createApi, type WebhookAnswer } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTestCluster } from '../helpers/postgres.ts';
import { startService } from '../helpers/service.ts';
import t from '../helpers/tap.ts';

const SECRET = 'the-client-secret-of-sentry';
const BODY = '{"action":"created"}';

t.test(
  'a sender that waits a second is told the truth in a second, while Postgres stands still',
  async (t) => {
    const cluster = await startTestCluster(t);
    const service = await startService(t, { env: { DATABASE_URL: cluster.url } });
    const api = createApi(t, service);
    const make = async (provider: 'sentry' | 'generic') =>
      (await api.createWorkflow({ webhook: { authType: 'provider', provider, secret: SECRET } })).id;
    const [hurried, patient] = [await make('sentry'), await make('generic')];
    const signature = createHmac('sha256', SECRET).update(BODY).digest('hex');
    let sent = 0;
    const send = async (id: string) => {
      const headers = {
        'sentry-hook-signature': signature,
        'x-webhook-signature': signature,
        'request-id': `event-${++sent}`,
      };
      const startedAt = performance.now();
      const answer = await api.send<WebhookAnswer>(id, { body: BODY, headers });
      return { ...answer, ms: performance.now() - startedAt };
    };
    t.same([(await send(hurried)).status, (await send(patient)).status], [200, 200]);

    await cluster.freeze();
    // At first what is configured is still in memory; after a second without a sign of life that is not trusted either.
    const waiting = send(patient);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await send(hurried));
    const slow = await waiting;
    for (const { status, headers, body } of [...answers, slow]) {
      t.equal(status, 503);
      t.match(headers['retry-after'], /^\d+$/);
      t.match(body.code, /^(?:commit_unconfirmed|not_stored|database_unavailable)$/);
    }
    // Nothing tighter: half of what separates the two is far more than a busy machine takes.
    for (const { ms, body } of answers) t.ok(ms < 2_900, `${body.code} after ${Math.round(ms)} ms`);
    t.ok(slow.ms > 2_900, `the other one after ${Math.round(slow.ms)} ms`);
    t.comment([...answers, slow].map(({ ms, body }) => `${body.code}: ${Math.round(ms)} ms`));

    await cluster.thaw();
    await eventually('it is taken again', async () => (await send(hurried)).status === 200);
  },
);
