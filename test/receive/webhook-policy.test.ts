import type { WebhookConfig } from '../../src/domain/webhook-config.ts';
import { webhookPolicy } from '../../src/receive/webhook-policy.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import { SENDERS } from '../helpers/senders/index.ts';
import { triggerTo, workflowSnapshot } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const allows = (ipAllowlist: string[], address: string) =>
  webhookPolicy(workflowSnapshot({ config: { ipAllowlist } }), 1).allowsAddress(address);

t.test('an empty list allows everybody', (t) => {
  t.ok(allows([], '192.0.2.1'));
  t.ok(allows([], '2001:db8::1'));
  t.end();
});

t.test('addresses and ranges, in both families and both spellings', (t) => {
  const cases: [string, string, boolean][] = [
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['192.0.2.0/24', '::ffff:c000:2ff', true],
    ['192.0.2.0/24', '::192.0.2.1', false],
    ['192.0.2.0/32', '192.0.2.1', false],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '192.0.2.1', false],
    ['::/0', '::ffff:192.0.2.1', false],
    ['::/0', '2001:db8::1', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8::/32', '32.1.13.184', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['192.0.2.1', 'fe80::1%eth0', false],
    ['192.0.2.1', 'garbage', false],
    ['192.0.2.1', '', false],
  ];
  for (const [range, address, allowed] of cases) {
    t.equal(allows([range], address), allowed, `${address} in ${range}`);
  }
  t.end();
});

const SECRET = 'the-secret-of-the-sender';
const secrets = [{ id: 's', secret: SECRET, expiresAt: null }];

t.test('a secret that is sent as it is is looked for in all that is stored, whoever sends it', (t) => {
  const kept = (workflow: Parameters<typeof workflowSnapshot>[0]) => {
    const { redaction } = webhookPolicy(workflowSnapshot({ ...workflow, secrets }), 1);
    return redaction.headers(`[["X-Copy","${SECRET}"]]`) + redaction.query(`key=${SECRET}`);
  };
  const nothing = '[["X-Copy","[redacted]"]]key=[redacted]';
  const all = `[["X-Copy","${SECRET}"]]key=${SECRET}`;
  t.equal(kept({ authType: 'api_key' }), nothing);
  t.equal(kept({ authType: 'bearer_token' }), nothing);
  t.equal(
    kept({ authType: 'hmac', config: { hmac: { header: 'x-token', algorithm: 'token' } as never } }),
    nothing,
  );
  t.equal(kept({ authType: 'hmac' }), all, 'what only signs is not sent');
  t.equal(kept({ authType: 'none' }), all);
  t.equal(kept({ authType: 'hmac', config: { verifyToken: SECRET } }), nothing);
  let tokens = 0;
  for (const [provider, { scheme }] of Object.entries(PRESETS)) {
    const isToken = typeof scheme === 'object' && scheme.algorithm === 'token';
    if (isToken) tokens++;
    const config = { provider } as WebhookConfig;
    t.equal(kept({ authType: 'provider', config }), isToken ? nothing : all, provider);
  }
  t.ok(tokens >= 2);
  t.end();
});

t.test('what proves the sender is never stored', (t) => {
  const policy = webhookPolicy(workflowSnapshot({ authType: 'api_key' }), 1);
  t.same(
    ['authorization', 'cookie', 'proxy-authorization', 'x-api-key', 'x-webhook-signature'].map((name) =>
      policy.credentials.has(name),
    ),
    [true, true, true, true, false],
  );
  t.end();
});

t.test('a payload schema is compiled once, however many snapshots have it', (t) => {
  const validatorOf = (type: string) =>
    webhookPolicy(workflowSnapshot({ config: { payloadSchema: { type } } }), 1).validatePayload;
  t.equal(validatorOf('object'), validatorOf('object'));
  t.not(validatorOf('object'), validatorOf('array'));
  t.same(validatorOf('object')?.(Buffer.from('{}')), []);
  t.equal(webhookPolicy(workflowSnapshot({ config: { payloadSchema: null } }), 1).validatePayload, null);
  t.throws(() => validatorOf('nonsense'), /does not compile/);
  t.end();
});

t.test('there is no hurry where every endpoint has a pace', (t) => {
  const pace = { perSecond: 1 };
  const cases: [string, ReturnType<typeof triggerTo>[], boolean][] = [
    ['no trigger', [], false],
    ['one that is paced', [triggerTo({ pace })], true],
    ['one that is not', [triggerTo()], false],
    ['one of two', [triggerTo({ pace }), triggerTo()], false],
    ['the other takes no webhooks', [triggerTo({ pace }), triggerTo({}, { triggerTypes: ['manual'] })], true],
    ['the other is not active', [triggerTo({ pace }), triggerTo({}, { isActive: false })], true],
  ];
  for (const [name, triggers, isPaced] of cases) {
    t.equal(webhookPolicy(workflowSnapshot({ triggers }), 1).isPaced, isPaced, name);
  }
  t.end();
});

t.test("Mailgun's tokens count for as long as they are remembered", async (t) => {
  const signedAtMs = 1_700_000_000_000;
  const { body } = await SENDERS.mailgun.sign({ url: 'x', secret: 'the-key', nowMs: signedAtMs });
  const verdictAfter = (seconds: number, config: WebhookConfig) => {
    const secrets = [{ id: 's', secret: 'the-key', expiresAt: null }];
    const workflow = workflowSnapshot({
      authType: 'provider',
      config: { provider: 'mailgun', ...config },
      secrets,
    });
    const nowMs = signedAtMs + seconds * 1_000;
    const request = { method: 'POST', url: 'x', headers: {}, rawBody: Buffer.from(body), nowMs };
    return webhookPolicy(workflow, 1).verifier.verify(request);
  };
  const tooOld = { valid: false, reason: 'timestamp_out_of_tolerance' };
  t.match(verdictAfter(86_400, {}), { valid: true, secretId: 's' });
  t.match(verdictAfter(86_401, {}), tooOld);
  const hour: WebhookConfig = { dedup: { source: 'provider', windowSeconds: 3_600 } };
  t.match(verdictAfter(3_600, hour), { valid: true });
  t.match(verdictAfter(3_601, hour), tooOld);
  t.match(verdictAfter(86_401, { dedup: { source: 'none' } }), { valid: true }, 'none is remembered');
});
