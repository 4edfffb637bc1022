import { PROVIDER_NAMES, type ProviderName } from '../../src/domain/providers.ts';
import type { WebhookSettings } from '../../src/http/schemas/webhook-settings.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import type { WebhookAnswer } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { CERTIFICATE, CERTIFICATE_URL, signSns, snsNotification, TOPIC } from '../helpers/senders/aws-sns.ts';
import { SENDERS } from '../helpers/senders/index.ts';
import { replaceInBody, withoutHeader, withSignature } from '../helpers/senders/requests.ts';
import type { Sender, SignedRequest } from '../helpers/senders/sender.ts';
import { twilioJson } from '../helpers/senders/twilio.ts';
import t from '../helpers/tap.ts';

/** As senders know this service: it is behind a proxy. */
const PUBLIC_URL = 'https://hooks.example.com';

const fetched: string[] = [];
const { api, logs } = await startJourney(t, {
  // AWS's host, which is not on this machine.
  callSender: async ({ url }) => {
    fetched.push(url);
    return {
      status: 'response',
      statusCode: url === CERTIFICATE_URL ? 200 : 404,
      headers: [],
      body: Buffer.from(CERTIFICATE),
      truncated: false,
      bodyIncomplete: false,
      durationMs: 1,
    };
  },
});

interface Hook {
  id: string;
  url: string;
}

async function makeHook(provider: ProviderName, secret: string): Promise<Hook> {
  const { id, webhook } = await api.createWorkflow({
    name: provider,
    webhook: { authType: 'provider', provider, secret, publicUrl: PUBLIC_URL },
  });
  return { id, url: webhook.url };
}

/** What the proxy passes on: the same path and query, to this service. */
async function deliver({ id }: Hook, { url, headers, body }: SignedRequest) {
  const query = Object.fromEntries(new URL(url).searchParams);
  const answer = await api.send<WebhookAnswer>(id, { body, headers, query });
  return { ...answer, requestId: String(answer.headers['x-request-id']) };
}

const TOKENS: readonly ProviderName[] = ['gitlab_token', 'telegram'];

/** Everything that has to be refused, each with the reason in the log. */
async function refusals(name: ProviderName, sender: Sender, url: string, signing: string) {
  const mismatch = TOKENS.includes(name) ? 'credential_mismatch' : 'signature_mismatch';
  const nowMs = Date.now();
  const request = await sender.sign({ url, secret: signing, nowMs });
  const cases: [string, SignedRequest, string][] = [
    ['no signature', withSignature(sender, request, () => undefined), 'missing_credential'],
    [
      'a truncated signature',
      withSignature(sender, request, (signature) => signature.slice(0, -2)),
      TOKENS.includes(name) ? mismatch : 'malformed_signature',
    ],
  ];
  for (const [header, reason] of Object.entries(sender.required)) {
    cases.push([`no ${header}`, withoutHeader(request, header), reason]);
  }
  if (sender.forgery !== null) {
    const reason = sender === twilioJson ? 'body_digest_mismatch' : mismatch;
    cases.push(['a changed byte', replaceInBody(request, ...sender.forgery), reason]);
  }
  if (name === 'aws_sns') {
    const other = { ...snsNotification(nowMs), TopicArn: `${TOPIC}2` };
    const foreign = { certificateUrl: 'https://sns.us-west-2.evil.example/SimpleNotificationService-1.pem' };
    cases.push(
      ['another topic', { ...request, body: signSns(other) }, 'credential_mismatch'],
      [
        'a foreign certificate',
        { ...request, body: signSns(snsNotification(nowMs), foreign) },
        'untrusted_certificate_url',
      ],
    );
  } else {
    const foreign = await sender.sign({ url, secret: sender.makeKeys().signing, nowMs });
    cases.push(['another secret', foreign, mismatch]);
  }
  if (sender.toleranceSeconds !== null) {
    for (const sign of [-1, 1]) {
      const at = nowMs + sign * (sender.toleranceSeconds + 30) * 1000;
      const late = await sender.sign({ url, secret: signing, nowMs: at });
      cases.push([
        sign < 0 ? 'a stale timestamp' : 'a far-future timestamp',
        late,
        'timestamp_out_of_tolerance',
      ]);
    }
  }
  if (PRESETS[name].needsPublicUrl && sender !== twilioJson) {
    const elsewhere = await sender.sign({ url: `${url}?x=1`, secret: signing, nowMs });
    cases.push(['signed for another URL', { ...elsewhere, url }, mismatch]);
  }
  return cases;
}

const all: [string, ProviderName, Sender][] = [
  ...PROVIDER_NAMES.map((name): [string, ProviderName, Sender] => [name, name, SENDERS[name]]),
  ['twilio with JSON', 'twilio', twilioJson],
];

for (const [title, name, sender] of all) {
  t.test(`${title}: what it sends is taken, and nothing else`, async (t) => {
    const { signing, verifying } = sender.makeKeys();
    const hook = await makeHook(name, verifying);
    const request = await sender.sign({ url: hook.url, secret: signing, nowMs: Date.now() });

    const refused: { requestId: string; errorCode: string; what: string }[] = [];
    for (const [what, bad, errorCode] of await refusals(name, sender, hook.url, signing)) {
      const answer = await deliver(hook, bad);
      t.equal(answer.status, 401, what);
      t.equal(answer.body.code, 'authentication_failed', what);
      t.notMatch(JSON.stringify(answer.body), errorCode, 'a stranger does not learn why');
      refused.push({ requestId: answer.requestId, errorCode, what });
    }

    const answer = await deliver(hook, request);
    t.equal(answer.status, PRESETS[name].success?.status ?? 200);
    const rows = await eventually('all of it is in the log', async () => {
      const found = await api.logs({ workflowId: hook.id });
      return found.length === refused.length + 1 && found;
    });
    for (const { requestId, errorCode, what } of refused) {
      const row = rows.find((found) => found.requestId === requestId);
      t.match(row, { success: false, statusCode: 401, errorCode, executionId: null }, what);
    }
    const [execution, ...others] = await api.executions({ workflowId: hook.id });
    t.same(others, [], 'one execution');
    const row = rows.find((found) => found.requestId === answer.requestId);
    t.match(row, { success: true, executionId: execution?.id, size: request.body.length });
    const stored = await api.log(row?.id ?? '');
    const body = stored.request.body as unknown;
    if (request.body.length > 0 && request.headers['Content-Type']?.startsWith('application/json')) {
      t.same(body, JSON.parse(request.body.toString()), 'what is kept is what came');
    }
    // A token is the secret itself; a signature opens nothing.
    const isKept = JSON.stringify(stored).includes(verifying);
    if (name !== 'aws_sns') t.equal(isKept, false, 'the secret is in no log');
  });
}

t.test('the settings name the sender, and what it still lacks', async (t) => {
  const { id } = await api.createWorkflow({ webhook: { authType: 'provider', provider: 'stripe' } });
  const settings = () =>
    api.call<WebhookSettings>('GET', `/api/workflows/${id}/webhook`).then((answer) => answer.body);
  t.match(await settings(), { authType: 'provider', provider: 'stripe', missing: ['secret'] });
  const hook = { id, url: (await settings()).url };
  const { signing } = SENDERS.stripe.makeKeys();
  const local = async () => {
    const { headers, body } = await SENDERS.stripe.sign({
      url: hook.url,
      secret: signing,
      nowMs: Date.now(),
    });
    return (await api.send(id, { headers, body })).status;
  };
  t.equal(await local(), 401, 'without its secret everything is refused');
  const given = await api.call('POST', `/api/workflows/${id}/webhook/secret`, { json: { secret: signing } });
  t.equal(given.status, 201);
  await eventually('it verifies then', async () => (await local()) === 200);
  t.match(await settings(), { missing: [] });
});

t.test('the certificate of AWS is fetched once; while it cannot be had, AWS is to send again', async (t) => {
  t.same(fetched, [CERTIFICATE_URL]);
  const hook = await makeHook('aws_sns', TOPIC);
  const { signing } = SENDERS.aws_sns.makeKeys();
  const certificateUrl = CERTIFICATE_URL.replace('.pem', '0.pem');
  const body = signSns(snsNotification(Date.now()), { certificateUrl });
  const request = await SENDERS.aws_sns.sign({ url: hook.url, secret: signing, nowMs: Date.now(), body });
  const answer = await deliver(hook, request);
  t.equal(answer.status, 503);
  t.ok(answer.headers['retry-after']);
  t.same(fetched, [CERTIFICATE_URL, certificateUrl]);
  t.same(await api.executions({ workflowId: hook.id }), []);
  await eventually('it is in the log', async () => {
    const [row] = await api.logs({ workflowId: hook.id });
    return row?.errorCode === 'certificate_unavailable';
  });
});

t.test('no secret is in a log line', async (t) => {
  t.notMatch(JSON.stringify(logs), /whsec_|lin_wh_|pdl_ntfset_|shpss_/);
});
