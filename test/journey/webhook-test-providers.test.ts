import { PROVIDER_NAMES } from '../../src/domain/providers.ts';
import type { WebhookTested } from '../../src/http/schemas/webhook-settings.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import { startJourney } from '../helpers/journey.ts';
import { SENDERS } from '../helpers/senders/index.ts';
import t from '../helpers/tap.ts';

const { api, logs } = await startJourney(t);

/** Signed with a key that only they have. */
const UNSIGNABLE = ['standardwebhooks_v1a', 'sendgrid', 'discord', 'aws_sns'];

t.test('a test is signed as each sender signs, and taken', async (t) => {
  for (const provider of PROVIDER_NAMES) {
    const secret = SENDERS[provider].makeKeys().verifying;
    const { id } = await api.createWorkflow({ webhook: { authType: 'provider', provider, secret } });
    const answer = await api.call<WebhookTested & { code?: string; detail?: string }>(
      'POST',
      `/api/workflows/${id}/webhook/test`,
      { json: {} },
    );
    if (UNSIGNABLE.includes(provider)) {
      t.match(answer, { status: 409, body: { code: 'cannot_sign' } }, provider);
      t.ok(answer.body.detail?.includes(PRESETS[provider].title), 'which says who can');
      continue;
    }
    const status = PRESETS[provider].success?.status ?? 200;
    t.match(answer, { status: 200, body: { response: { status } } }, provider);
    const executions = await api.executions({ workflowId: id });
    t.equal(executions.length, 1, `${provider} executes`);
    t.equal(answer.body.executionId, executions[0]?.id, `${provider}: which execution, whatever is answered`);
    t.type(answer.body.logId, 'string');
    t.notOk(JSON.stringify(answer.body).includes(secret), `${provider}: the secret is not shown`);
    const again = await api.call<WebhookTested>('POST', `/api/workflows/${id}/webhook/test`, { json: {} });
    t.match(again, { status: 200, body: { response: { status } } });
    t.equal(
      (await api.executions({ workflowId: id })).length,
      2,
      `${provider}: a second test is no duplicate`,
    );
    t.notOk(JSON.stringify(logs).includes(secret), `${provider}: nor logged`);
  }
});

t.test('without a secret it says so', async (t) => {
  const { id } = await api.createWorkflow({ webhook: { authType: 'provider', provider: 'stripe' } });
  const answer = await api.call('POST', `/api/workflows/${id}/webhook/test`, { json: {} });
  t.match(answer, { status: 409, body: { code: 'cannot_sign', detail: /No secret/ } });
});
