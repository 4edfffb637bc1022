import { createHmac } from 'node:crypto';
import { HANDSHAKES } from '../../../src/verify/handshakes/index.ts';
import t from '../../helpers/tap.ts';
import { ask, get, json, NOW, plain, question, refuses, SECRET, says, TOKEN } from './ask.ts';

t.test('slack echoes its challenge', (t) => {
  const body = {
    token: 'x',
    challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
    type: 'url_verification',
  };
  t.same(ask('slack', 'signed', { body }), plain('slack', body.challenge));
  for (const other of [
    { type: 'event_callback', event: { text: 'url_verification' } },
    ['url_verification'],
    '"url_verification"',
    'url_verification',
  ]) {
    t.equal(ask('slack', 'signed', { body: other }), null, JSON.stringify(other));
  }
  t.end();
});

t.test('meta proves to be expected', (t) => {
  const asked = `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${TOKEN}`;
  t.same(get('meta', asked), plain('meta', '1158201444'));
  t.same(get('meta', asked, { verifyToken: null }), refuses('verify_token_unset'));
  for (const token of [
    '',
    `${TOKEN}x`,
    TOKEN.slice(1),
    TOKEN.toUpperCase(),
    `${TOKEN}&hub.verify_token=${TOKEN}`,
  ]) {
    const query = `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`;
    t.same(get('meta', query), refuses('verify_token_mismatch'), token);
  }
  t.same(get('meta', 'hub.mode=subscribe&hub.challenge=1'), refuses('verify_token_mismatch'));
  const mode = (mode: string) => get('meta', `${mode}&hub.challenge=1&hub.verify_token=${TOKEN}`);
  t.same(mode('hub.mode=unsubscribe'), refuses('malformed_challenge'));
  t.same(mode('x=1'), refuses('malformed_challenge'));
  t.same(get('meta', `hub.mode=subscribe&hub.verify_token=${TOKEN}`), refuses('malformed_challenge'));
  t.equal(get('meta', ''), null, 'whoever only looks');
  t.end();
});

t.test('zoom gets its token signed, by the secret that it signed with', (t) => {
  const body = {
    event: 'endpoint.url_validation',
    payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' },
    event_ts: 1,
  };
  const secrets = [
    { id: '1', secret: 'a newer secret', expiresAt: null },
    { id: '2', secret: SECRET, expiresAt: null },
  ];
  const encryptedToken = createHmac('sha256', SECRET).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex');
  t.same(
    ask('zoom', 'signed', { body, secrets, secretIndex: 1 }),
    json('zoom', `{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"${encryptedToken}"}`),
  );
  t.same(ask('zoom', 'signed', { body, secretIndex: -1 }), refuses('no_secret'));
  for (const payload of [undefined, null, [], 'x', {}, { plainToken: 1 }, { plainToken: ['x'] }]) {
    t.same(ask('zoom', 'signed', { body: { ...body, payload } }), refuses('malformed_challenge'));
  }
  t.equal(
    ask('zoom', 'signed', { body: { event: 'meeting.started', text: 'endpoint.url_validation' } }),
    null,
  );
  t.end();
});

t.test('twitch gets its challenge, and its revocations are taken', (t) => {
  const of = (type: string) => ({ 'twitch-eventsub-message-type': type });
  const body = { challenge: 'pogchamp-kappa-360noscope-vohiyo', subscription: { id: '1' } };
  const verification = of('webhook_callback_verification');
  t.same(ask('twitch', 'signed', { headers: verification, body }), plain('twitch', body.challenge));
  t.same(
    ask('twitch', 'signed', {
      headers: of('revocation'),
      body: { subscription: { status: 'user_removed' } },
    }),
    says({ event: 'twitch_revocation', status: 204 }),
  );
  t.equal(ask('twitch', 'signed', { headers: of('notification'), body }), null);
  for (const headers of [verification, of('revocation')]) {
    const event = { subscription: {}, event: { challenge: 'x' } };
    t.equal(ask('twitch', 'signed', { headers, body: event }), null, 'the header is not signed, the body is');
  }
  t.end();
});

t.test('microsoft graph gets its token decoded', (t) => {
  const query =
    'a=1&validationToken=Validation%3a+Testing+client+application+reachability%20%3cRequest-Id%3e';
  t.same(
    ask('microsoft_graph', 'unsigned', { url: `/api/webhooks/x?${query}` }),
    plain('microsoft_graph', 'Validation: Testing client application reachability <Request-Id>'),
  );
  t.equal(ask('microsoft_graph', 'unsigned', { url: '/api/webhooks/x?validationtoken=1' }), null);
  t.end();
});

t.test('microsoft graph has to bring its client state with each notification', (t) => {
  const objection = (body: unknown, verifyToken: string | null = TOKEN) =>
    HANDSHAKES.microsoft_graph.objection?.(question({ body, verifyToken }));
  const ours = { clientState: TOKEN };
  t.equal(objection({ value: [ours, ours] }), null);
  t.equal(objection({ value: [ours, { clientState: 'x' }] }), 'credential_mismatch');
  for (const body of [
    { value: [ours, {}] },
    { value: [] },
    { value: ours },
    [ours],
    {},
    'x',
    { value: [[TOKEN]] },
  ]) {
    t.equal(objection(body), 'missing_credential', JSON.stringify(body));
  }
  t.equal(objection({ value: [] }, null), null, 'without a token nothing is looked at');
  t.end();
});

t.test('discord pings of both kinds, and events that look like one', (t) => {
  t.same(ask('discord', 'signed', { body: { type: 1, id: '1', version: 1 } }), json('discord', '{"type":1}'));
  t.same(
    ask('discord', 'signed', { body: { version: 1, type: 0 } }),
    says({ event: 'discord', status: 204 }),
  );
  for (const body of [
    { version: 1, type: 1, event: { type: 'ENTITLEMENT_CREATE' } },
    { type: 2 },
    { type: '1' },
    [1],
    'x',
  ]) {
    t.equal(ask('discord', 'signed', { body }), null, JSON.stringify(body));
  }
  t.end();
});

t.test('x gets its token signed, which nobody can make a webhook of', (t) => {
  // From the documentation of the challenge-response check: only its form, for its secret is not published.
  const hash = createHmac('sha256', SECRET).update('challenge_string').digest('base64');
  t.same(
    get('x_crc', 'crc_token=challenge_string&nonce=1'),
    json('x_crc', `{"response_token":"sha256=${hash}"}`),
  );
  const expired = [{ id: '1', secret: SECRET, expiresAt: NOW }];
  t.same(get('x_crc', 'crc_token=x', { secrets: expired }), refuses('no_secret'));
  t.same(get('x_crc', 'crc_token=x', { secrets: [] }), refuses('no_secret'));
  const webhook = (text: string) => HANDSHAKES.x_crc.objection?.(question({ body: text }));
  for (const forged of ['{"a":1}', '[1]', '"x"', 'a=1&b', ' 1', '', 'x'.repeat(257)]) {
    const refused = get('x_crc', `crc_token=${encodeURIComponent(forged)}`)?.status === 'refused';
    t.ok(refused || webhook(forged) !== null, forged);
  }
  for (const word of ['challenge_string', 'MTU1NzQ0MzQ1NA==', '42', 'true', '']) {
    t.equal(webhook(word), 'signature_mismatch', word);
  }
  t.equal(webhook('{"for_user_id":"1"}'), null);
  t.equal(get('x_crc', 'token=1'), null);
  t.end();
});

t.test('dropbox gets its challenge', (t) => {
  t.same(get('dropbox', 'challenge=abc123'), plain('dropbox', 'abc123'));
  t.equal(get('dropbox', ''), null);
  t.end();
});

t.test('okta gets its challenge as JSON', (t) => {
  const headers = { 'x-okta-verification-challenge': 'Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg' };
  t.same(
    ask('okta', 'get', { headers }),
    json('okta', '{"verification":"Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg"}'),
  );
  t.equal(ask('okta', 'get'), null);
  t.end();
});

t.test('xero is told with an empty answer that its signature is right', (t) => {
  const body = { events: [], lastEventSequence: 0, firstEventSequence: 0, entropy: 'S0m3r4Nd0mt3xt' };
  t.same(ask('xero', 'signed', { body }), says({ event: 'xero' }));
  t.equal(ask('xero', 'signed', { body: { ...body, events: [{}] } }), null);
  t.equal(ask('xero', 'signed', { body: { ...body, events: {} } }), null);
  t.end();
});
