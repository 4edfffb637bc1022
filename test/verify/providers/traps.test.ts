import { createHmac } from 'node:crypto';
import { SENDERS } from '../../helpers/senders/index.ts';
import { headerOf, replaceInBody, withHeader, withoutHeader } from '../../helpers/senders/requests.ts';
import { mac } from '../../helpers/senders/sender.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

const nowMs = NOW * 1000;
const valid = { valid: true };

const keys = (name: keyof typeof SENDERS) => SENDERS[name].makeKeys();
const sign = (name: keyof typeof SENDERS, secret: string, body?: Buffer, url = URL) =>
  SENDERS[name].sign({ url, secret, nowMs, ...(body !== undefined && { body }) });

t.test('github: a form is signed as it is sent', async (t) => {
  const secret = keys('github').signing;
  const form = Buffer.from(`payload=${encodeURIComponent('{"action":"opened","note":"a b+c/é"}')}`);
  const request = withHeader(
    await sign('github', secret, form),
    'content-type',
    'application/x-www-form-urlencoded',
  );
  t.same(await verify('github', request, [secret]), {
    valid: true,
    secretIndex: 0,
    eventId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    eventType: 'pull_request',
  });
  const decoded = { ...request, body: Buffer.from(decodeURIComponent(form.toString())) };
  t.same(await verify('github', decoded, [secret]), refused('signature_mismatch'));
});

t.test('github: the older SHA-1 header does not stand in for the other', async (t) => {
  const secret = keys('github').signing;
  const request = await sign('github', secret);
  const old = withoutHeader(request, 'x-hub-signature-256');
  t.same(await verify('github', old, [secret]), refused('missing_credential'));
  const sha1 = withHeader(request, 'x-hub-signature-256', headerOf(request, 'x-hub-signature'));
  t.same(await verify('github', sha1, [secret]), refused('malformed_signature'));
});

t.test('upper-case hex is as good', async (t) => {
  for (const name of [
    'generic',
    'github',
    'stripe',
    'slack',
    'paddle',
    'vercel',
    'workos',
    'pagerduty',
  ] as const) {
    const { signing, verifying } = keys(name);
    const request = await sign(name, signing);
    const header = SENDERS[name].signature as string;
    const upper = headerOf(request, header).replace(/[0-9a-f]{40,}$/, (digits) => digits.toUpperCase());
    t.not(upper, headerOf(request, header), name);
    t.match(await verify(name, withHeader(request, header, upper), [verifying]), valid, name);
  }
});

t.test('the wrong encoding of the right digest is refused', async (t) => {
  const secret = keys('shopify').signing;
  const request = await sign('shopify', secret);
  const digest = Buffer.from(headerOf(request, 'x-shopify-hmac-sha256'), 'base64');
  for (const text of [digest.toString('hex'), digest.toString('base64').replace(/=+$/, '')]) {
    t.same(
      await verify('shopify', withHeader(request, 'x-shopify-hmac-sha256', text), [secret]),
      refused('malformed_signature'),
    );
  }
  const typeform = await sign('typeform', secret);
  const hex = `sha256=${createHmac('sha256', secret).update(typeform.body).digest('hex')}`;
  t.same(
    await verify('typeform', withHeader(typeform, 'typeform-signature', hex), [secret]),
    refused('malformed_signature'),
  );
});

t.test('timestamps that are no plain numbers do not slip past', async (t) => {
  const secret = keys('slack').signing;
  const request = await sign('slack', secret);
  for (const text of ['abc', 'NaN', '1e9', `+${NOW}`, `${NOW}.0`, `0x${NOW.toString(16)}`, ' ', `-${NOW}`]) {
    const signature = `v0=${mac({ key: secret, encoding: 'hex' }, `v0:${text}:`, request.body)}`;
    const stamped = withHeader(
      withHeader(request, 'x-slack-signature', signature),
      'x-slack-request-timestamp',
      text,
    );
    t.same(await verify('slack', stamped, [secret]), refused('malformed_timestamp'), text);
  }
});

t.test('discord: time and body cannot be shifted against each other', async (t) => {
  const secret = keys('discord');
  const request = await sign('discord', secret.signing, Buffer.from('12345'));
  // The time and the body are signed right beside each other: the last digit of the one becomes the first of the other.
  const shifted = withHeader(
    { ...request, body: Buffer.from(`${String(NOW).at(-1)}12345`) },
    'x-signature-timestamp',
    String(NOW).slice(0, -1),
  );
  t.match(await verify('discord', request, [secret.verifying]), valid);
  t.same(await verify('discord', shifted, [secret.verifying]), refused('malformed_timestamp'));
});

t.test('linear: the time in the body counts, not the one in the header', async (t) => {
  const secret = keys('linear').signing;
  const stale = await SENDERS.linear.sign({ url: URL, secret, nowMs: nowMs - 61_000 });
  const renewed = withHeader(stale, 'linear-timestamp', String(nowMs));
  t.same(await verify('linear', renewed, [secret]), refused('timestamp_out_of_tolerance'));
  const cases: [string, string][] = [
    ['{"type":"Issue"}', 'missing_timestamp'],
    [`{"webhookTimestamp":"soon"}`, 'malformed_timestamp'],
    [`{"webhookTimestamp":${nowMs}.5}`, 'missing_timestamp'],
    ['not json', 'malformed_body'],
  ];
  for (const [body, reason] of cases) {
    const answer = await verify('linear', await sign('linear', secret, Buffer.from(body)), [secret]);
    t.same(answer, refused(reason), body);
  }
  const request = await sign('linear', secret);
  const forged = replaceInBody(stale, String(nowMs - 61_000), String(nowMs));
  t.match(await verify('linear', request, [secret]), valid);
  t.same(await verify('linear', forged, [secret]), refused('signature_mismatch'));
});

t.test('zendesk: the body may be empty', async (t) => {
  const secret = keys('zendesk').signing;
  const request = await sign('zendesk', secret, Buffer.alloc(0));
  t.match(await verify('zendesk', request, [secret]), valid);
  t.match(await verify('zendesk', { ...request, body: Buffer.from('{}') }, [secret]), { valid: false });
  // Of another implementation: github.com/aaronellington/zendesk-go, with the secret that Zendesk tests webhooks with.
  const fixture =
    '{\n\t"type": "zen:event-type:user.group_membership_created",\n\t"account_id": 12514403,\n\t"id": "6b9bbadf-5725-4e92-bebe-7b71011bf5f1",\n\t"subject": "zen:user:6596848315901",\n\t"time": "2099-07-04T05:33:18Z",\n\t"zendesk_event_version": "2022-06-20",\n\t"detail": {\n\t\t"created_at": "2099-07-04T05:27:58Z",\n\t\t"default_group_id": "0",\n\t\t"email": "user.name@example.com",\n\t\t"external_id": "",\n\t\t"id": "6596848315901",\n\t\t"organization_id": "0",\n\t\t"role": "end-user",\n\t\t"updated_at": "2099-07-04T05:33:18Z"\n\t},\n\t"event": { "group": { "id": "1" } }\n}\n';
  const made = mac(
    { key: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', encoding: 'base64' },
    '1234',
    fixture,
  );
  t.equal(made, '10IqYzYTLHRftNsNE+im0DeOM6/JactIRuy0XCHJ9B8=');
});

t.test('workos: with the space after its comma and without', async (t) => {
  const secret = keys('workos').signing;
  const request = await sign('workos', secret);
  const header = headerOf(request, 'workos-signature');
  t.match(header, /^t=\d{13}, v1=/);
  t.match(
    await verify('workos', withHeader(request, 'workos-signature', header.replace(' ', '')), [secret]),
    valid,
  );
});

t.test('twitch: nanoseconds, an offset, and what is no time', async (t) => {
  const secret = keys('twitch').signing;
  const request = await sign('twitch', secret);
  const id = headerOf(request, 'twitch-eventsub-message-id');
  const at = (text: string) => {
    const signature = `sha256=${mac({ key: secret, encoding: 'hex' }, id, text, request.body)}`;
    return verify(
      'twitch',
      withHeader(
        withHeader(request, 'twitch-eventsub-message-signature', signature),
        'twitch-eventsub-message-timestamp',
        text,
      ),
      [secret],
    );
  };
  const iso = new Date(nowMs).toISOString();
  const inParis = new Date(nowMs + 7_200_000).toISOString();
  t.match(await at(iso), valid);
  t.match(await at(iso.replace('.000Z', '.123456789Z')), valid);
  t.match(await at(iso.replace('.000Z', 'Z')), valid);
  t.match(await at(inParis.replace('Z', '+02:00')), valid);
  t.same(await at(inParis), refused('timestamp_out_of_tolerance'));
  for (const text of ['yesterday', String(NOW), iso.slice(0, 10), `${iso} `, '2025-13-45T00:00:00Z']) {
    t.match(await at(text), { valid: false }, text);
  }
});

t.test('telegram and gitlab: a token is compared as a whole', async (t) => {
  for (const name of ['telegram', 'gitlab_token'] as const) {
    const secret = keys(name).signing;
    const request = await sign(name, secret);
    const header = SENDERS[name].signature as string;
    for (const token of [
      secret.toUpperCase(),
      ` ${secret}x`,
      secret.slice(1),
      `${secret} `,
      'é'.repeat(32),
    ]) {
      if (token === secret) continue;
      t.same(
        await verify(name, withHeader(request, header, token), [secret]),
        refused('credential_mismatch'),
        token,
      );
    }
  }
});

t.test('mailgun: its token may be used by whoever has seen it, so it counts once', async (t) => {
  const secret = keys('mailgun').signing;
  const request = await sign('mailgun', secret);
  // Nothing of the event is signed: another event under the same token verifies, and has the same id.
  const other = replaceInBody(request, '"delivered"', '"unsubscribed"');
  t.match(await verify('mailgun', other, [secret]), {
    valid: true,
    eventId: '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6',
    eventType: 'unsubscribed',
  });
  const moved = replaceInBody(request, `"timestamp":"${NOW}"`, `"timestamp":"${NOW + 1}"`);
  t.same(await verify('mailgun', moved, [secret]), refused('signature_mismatch'));
  t.same(
    await verify('mailgun', { ...request, body: Buffer.from('nothing') }, [secret]),
    refused('malformed_body'),
  );
});
