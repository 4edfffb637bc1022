import type { AuthType, WebhookConfig } from '../../src/domain/webhook-config.ts';
import { FailureLimit } from '../../src/receive/failure-limit.ts';
import { limitFailures } from '../../src/receive/failure-limited.ts';
import type { ReceiveOutcome, WebhookRequest } from '../../src/receive/receive-webhook.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import { workflowSnapshot } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const REFUSED: ReceiveOutcome = { status: 'unauthenticated', reason: 'signature_mismatch' };
const ACCEPTED = { status: 'accepted' } as ReceiveOutcome;

/** Receives one request after the other, each with the outcome that it is told. */
function openReceiver(authType: AuthType = 'hmac', config: WebhookConfig = {}) {
  const failures = new FailureLimit({ maxFailures: 3, now: () => 0 });
  const policy = webhookPolicy(workflowSnapshot({ authType, config }), 1);
  const receive = async (outcome: ReceiveOutcome) =>
    limitFailures(
      failures,
      async () => outcome,
    )({ policy, sourceIp: '203.0.113.7' } as unknown as WebhookRequest);
  const standing = () => failures.standing(policy.door, '203.0.113.7');
  return { failures, receive, standing };
}

t.test('failures add up, whatever else comes from there', async (t) => {
  const { receive, standing } = openReceiver();
  for (let n = 0; n < 3; n++) {
    t.match(standing(), { waiting: false });
    t.equal(await receive(REFUSED), REFUSED);
    t.same(await receive({ status: 'overloaded' }), { status: 'overloaded' });
  }
  t.match(standing(), { waiting: true, trusted: false });
});

t.test('a sender that authenticates is heard beside the strangers at its address', async (t) => {
  const { receive, standing } = openReceiver();
  await receive(ACCEPTED);
  for (let n = 0; n < 3; n++) await receive(REFUSED);
  t.match(standing(), { waiting: true, trusted: true });
  t.same(await receive(REFUSED), { status: 'too_many_failures', retryAfterSeconds: 60 });
  t.equal(await receive(ACCEPTED), ACCEPTED);
});

t.test('where nothing has to be proven nobody is noted', async (t) => {
  const { failures, receive } = openReceiver('none');
  await receive(ACCEPTED);
  t.equal(failures.size, 0);
});

t.test('a token in the body is not guessed at leisure', async (t) => {
  const { receive, standing } = openReceiver('none', { handshake: 'microsoft_graph' });
  for (let n = 0; n < 3; n++) await receive(REFUSED);
  t.match(standing(), { waiting: true });
});
