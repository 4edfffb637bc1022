import { SENDERS } from '../../helpers/senders/index.ts';
import { headerOf, withHeader, withoutHeader } from '../../helpers/senders/requests.ts';
import { json, mac, type SignedRequest } from '../../helpers/senders/sender.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

const nowMs = NOW * 1000;
const valid = { valid: true };

const keys = (name: keyof typeof SENDERS) => SENDERS[name].makeKeys();
const sign = (name: keyof typeof SENDERS, secret: string, body?: Buffer, url = URL) =>
  SENDERS[name].sign({ url, secret, nowMs, ...(body !== undefined && { body }) });

t.test('stripe: several signatures, of which one fits', async (t) => {
  const { signing: secret } = keys('stripe');
  const request = await sign('stripe', secret);
  const good = headerOf(request, 'stripe-signature');
  const [time = '', v1 = ''] = good.split(',');
  const other = headerOf(await sign('stripe', keys('stripe').signing), 'stripe-signature').split(',')[1];
  const accepted = [
    `${time},${other},${v1}`,
    `${time},${v1},${other}`,
    `${time},v0=abc,${v1}`,
    `${v1},${time}`,
  ];
  for (const header of accepted) {
    t.match(await verify('stripe', withHeader(request, 'stripe-signature', header), [secret]), valid, header);
  }
  const refusals = {
    [`${time},${other}`]: 'signature_mismatch',
    [`${time},${v1.replace('v1=', 'v0=')}`]: 'malformed_signature',
    [v1]: 'missing_timestamp',
    [`t=,${v1}`]: 'missing_timestamp',
    [`t=abc,${v1}`]: 'malformed_timestamp',
    [`t=${NOW}.0,${v1}`]: 'malformed_timestamp',
    [`t=${NOW + 1},${v1}`]: 'signature_mismatch',
  };
  for (const [header, reason] of Object.entries(refusals)) {
    const answer = await verify('stripe', withHeader(request, 'stripe-signature', header), [secret]);
    t.same(answer, refused(reason), header);
  }
  // Two times: whichever is taken, it is the one that is signed.
  const twice = `t=${NOW - 10_000},${time},${v1}`;
  t.match(await verify('stripe', withHeader(request, 'stripe-signature', twice), [secret]), { valid: false });
});

t.test('standardwebhooks: v1 and v1a beside each other are not mixed up', async (t) => {
  const symmetric = keys('standardwebhooks').signing;
  const pair = keys('standardwebhooks_v1a');
  const body = json({ type: 'a.b' });
  const v1 = await sign('standardwebhooks', symmetric, body);
  const v1a = await sign('standardwebhooks_v1a', pair.signing, body);
  const both = (first: SignedRequest, second: SignedRequest) =>
    withHeader(
      first,
      'webhook-signature',
      `${headerOf(first, 'webhook-signature')} ${headerOf(second, 'webhook-signature')}`,
    );
  for (const request of [both(v1, v1a), both(v1a, v1)]) {
    t.match(await verify('standardwebhooks', request, [symmetric]), valid);
    t.match(await verify('standardwebhooks_v1a', request, [pair.verifying]), valid);
  }
  t.match(await verify('standardwebhooks', v1a, [symmetric]), { valid: false });
  t.match(await verify('standardwebhooks_v1a', v1, [pair.verifying]), { valid: false });

  // Who takes a public key, which everybody knows, for an HMAC key takes anybody for its owner.
  const publicKey = Buffer.from(pair.verifying.replace('whpk_', ''), 'base64');
  const digest = mac({ key: publicKey, encoding: 'base64' }, `${headerOf(v1, 'webhook-id')}.${NOW}.`, body);
  for (const signature of [`v1,${digest}`, `v1a,${digest}`]) {
    const forged = withHeader(v1, 'webhook-signature', signature);
    for (const scheme of ['standardwebhooks', 'standardwebhooks_v1a'] as const) {
      t.match(await verify(scheme, forged, [pair.verifying]), { valid: false }, `${scheme} ${signature}`);
    }
  }
});

t.test('svix and clerk: either name of its headers', async (t) => {
  for (const name of ['svix', 'clerk'] as const) {
    const { signing: secret } = keys(name);
    const request = await sign(name, secret);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([header, value]) => [header.replace('svix-', 'webhook-'), value]),
    );
    t.match(await verify(name, { ...request, headers }, [secret]), {
      valid: true,
      eventId: headerOf(request, 'svix-id'),
    });
    const { 'webhook-id': _id, ...anonymous } = headers;
    t.same(
      await verify(name, { ...request, headers: anonymous }, [secret]),
      refused('missing_signed_header'),
    );
  }
});

t.test('stripe: the key is the text, standardwebhooks: it is what base64 says', async (t) => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  t.match(await verify('stripe', await sign('stripe', secret), [secret]), valid);
  t.match(await verify('stripe', await sign('stripe', secret), [secret.slice(6)]), { valid: false });
  const request = await sign('standardwebhooks', secret);
  t.match(await verify('standardwebhooks', request, [secret]), valid);
  t.match(await verify('standardwebhooks', request, [secret.slice(6)]), valid, 'the prefix may be left out');
  t.same(await verify('standardwebhooks', request, ['whsec_not/base64!']), refused('no_secret'));
  t.same(await verify('standardwebhooks', request, ['whsec_']), refused('no_secret'));
});

t.test('docusign: the key that is ours may be any of its hundred', async (t) => {
  const secret = keys('docusign').signing;
  const request = await sign('docusign', secret);
  const ours = headerOf(request, 'x-docusign-signature-1');
  const others = headerOf(await sign('docusign', keys('docusign').signing), 'x-docusign-signature-1');
  const second = withHeader(
    withHeader(request, 'x-docusign-signature-1', others),
    'x-docusign-signature-2',
    ours,
  );
  t.match(await verify('docusign', second, [secret]), valid);
  const hundredth = withHeader(
    withoutHeader(request, 'x-docusign-signature-1'),
    'x-docusign-signature-100',
    ours,
  );
  t.match(await verify('docusign', hundredth, [secret]), valid);
  const garbage = withHeader(second, 'x-docusign-signature-1', 'garbage');
  t.match(
    await verify('docusign', garbage, [secret]),
    valid,
    'one that cannot be read does not hide the others',
  );
  const none = withHeader(request, 'x-docusign-signature-1', others);
  t.same(await verify('docusign', none, [secret]), refused('signature_mismatch'));
  for (const name of ['x-docusign-signature', 'x-docusign-signatures-1', 'docusign-signature-1']) {
    const elsewhere = withHeader(withoutHeader(request, 'x-docusign-signature-1'), name, ours);
    t.same(await verify('docusign', elsewhere, [secret]), refused('missing_credential'), name);
  }
});

t.test('pagerduty: two signatures while a secret is rotated', async (t) => {
  const secret = keys('pagerduty').signing;
  const request = await sign('pagerduty', secret);
  const ours = headerOf(request, 'x-pagerduty-signature');
  const other = headerOf(await sign('pagerduty', keys('pagerduty').signing), 'x-pagerduty-signature');
  for (const header of [`${ours},${other}`, `${other},${ours}`, `${other}, ${ours}`]) {
    const answer = await verify('pagerduty', withHeader(request, 'x-pagerduty-signature', header), [secret]);
    t.match(answer, valid, header);
  }
  t.same(
    await verify('pagerduty', withHeader(request, 'x-pagerduty-signature', `${other},${other}`), [secret]),
    refused('signature_mismatch'),
  );
});

t.test('paddle: two signatures while a secret is rotated', async (t) => {
  const secret = keys('paddle').signing;
  const request = await sign('paddle', secret);
  const [ts, h1] = headerOf(request, 'paddle-signature').split(';');
  const other = headerOf(await sign('paddle', keys('paddle').signing), 'paddle-signature').split(';')[1];
  const both = withHeader(request, 'paddle-signature', `${ts};${other};${h1}`);
  t.match(await verify('paddle', both, [secret]), valid);
});
