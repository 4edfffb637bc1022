import { newApiKey } from '../../src/domain/api-key.ts';
import { newWorkflowId } from '../../src/domain/ids.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

t.test('whoever makes up ids and keys is told to wait, and senders are not', async (t) => {
  const { api, url } = await startJourney(t, {
    env: { TRUST_PROXY: '127.0.0.1/32', UNKNOWN_NAMES_PER_MINUTE: '20' },
  });
  const { id } = await api.createWorkflow({ webhook: { authType: 'none' } as never });
  const send = (from: string, workflowId: string) =>
    api.send(workflowId, { body: '{}', headers: { 'x-forwarded-for': from } });
  const list = (from: string, key: string) =>
    fetch(`${url}/api/workflows`, { headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': from } });

  /** As fast as the answers come: meanwhile the budget is filled up again. */
  const untilRefused = async <T extends { status: number }>(ask: () => Promise<T>): Promise<T> => {
    for (let asked = 1; ; asked++) {
      const answer = await ask();
      if (answer.status === 429 || asked === 100) return answer;
    }
  };

  t.equal((await send('203.0.113.7', id)).status, 200);
  const refused = await untilRefused(() => send('203.0.113.7', newWorkflowId()));
  t.match(refused, { status: 429, body: { code: 'too_many_unknown_names' } });
  t.ok(Number(refused.headers['retry-after']) >= 1);
  const withKey = await untilRefused(() => list('203.0.113.7', newApiKey()));
  t.equal(withKey.status, 429);
  t.ok(Number(withKey.headers.get('retry-after')) >= 1);

  t.equal((await list('203.0.113.7', 'junk')).status, 401, 'what cannot be a key costs nothing');
  t.equal((await send('203.0.113.7', id)).status, 200, 'nor what there is');
  t.equal((await send('203.0.113.8', newWorkflowId())).status, 404, 'nor is it charged to others');
});
