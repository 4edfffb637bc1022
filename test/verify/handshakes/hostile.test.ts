import { HANDSHAKE_NAMES } from '../../../src/domain/providers.ts';
import type { Outcome } from '../../../src/verify/handshakes/handshake.ts';
import { HANDSHAKES } from '../../../src/verify/handshakes/index.ts';
import t from '../../helpers/tap.ts';
import { ask, get, question, refuses, TOKEN } from './ask.ts';

/** Each that sends something back, with something in its place. */
const echoes: [string, (challenge: string) => Outcome | null][] = [
  ['slack', (challenge) => ask('slack', 'signed', { body: { type: 'url_verification', challenge } })],
  [
    'meta',
    (challenge) =>
      get(
        'meta',
        `hub.mode=subscribe&hub.verify_token=${TOKEN}&hub.challenge=${encodeURIComponent(challenge)}`,
      ),
  ],
  [
    'zoom',
    (plainToken) =>
      ask('zoom', 'signed', { body: { event: 'endpoint.url_validation', payload: { plainToken } } }),
  ],
  [
    'twitch',
    (challenge) =>
      ask('twitch', 'signed', {
        headers: { 'twitch-eventsub-message-type': 'webhook_callback_verification' },
        body: { challenge },
      }),
  ],
  [
    'microsoft_graph',
    (token) => ask('microsoft_graph', 'unsigned', { url: `/x?validationToken=${encodeURIComponent(token)}` }),
  ],
  ['dropbox', (challenge) => get('dropbox', `challenge=${encodeURIComponent(challenge)}`)],
  ['okta', (challenge) => ask('okta', 'get', { headers: { 'x-okta-verification-challenge': challenge } })],
  ['x_crc', (token) => get('x_crc', `crc_token=${encodeURIComponent(token)}`)],
];

for (const [name, echo] of echoes) {
  t.test(`${name}: only what is short and printable is sent back`, (t) => {
    t.equal(echo('a-challenge')?.status, 'answered');
    for (const challenge of ['', 'x'.repeat(1_025), 'a\r\nset-cookie: b', 'a\0', 'ü', '\u007f', '\t', '🔑']) {
      t.same(echo(challenge), refuses('malformed_challenge'), JSON.stringify(challenge.slice(0, 20)));
    }
    t.end();
  });
}

t.test('parameters that come twice, or cannot be decoded, are no challenge', (t) => {
  for (const query of [
    'challenge=a&challenge=b',
    'challenge=a&challenge=a',
    'challenge=%ff%fe',
    'challenge',
    'challenge[]=a&challenge=%00',
  ]) {
    t.same(get('dropbox', query), refuses('malformed_challenge'), query);
  }
  t.end();
});

t.test('challenges that are no text are none', (t) => {
  for (const challenge of [undefined, null, 1, true, ['x'], { x: 1 }, { toString: 'x' }]) {
    t.same(
      ask('slack', 'signed', { body: { type: 'url_verification', challenge } }),
      refuses('malformed_challenge'),
    );
  }
  t.end();
});

const HOSTILE = [
  '',
  'null',
  '[]',
  '0',
  '"x"',
  '{',
  '{"type":',
  '\ufeff{}',
  '{"__proto__":{"type":"url_verification"}}',
  '['.repeat(100_000),
  JSON.stringify({ type: 'url_verification', challenge: 'x', pad: 'x'.repeat(20_000) }),
];

t.test('nothing throws, whatever comes', (t) => {
  const bodies = [
    ...HOSTILE.map((text) => Buffer.from(text)),
    Buffer.from([0xff, 0xfe, 0, 0x7b]),
    Buffer.alloc(1_048_576, '{'),
  ];
  const urls = [
    '',
    '?',
    '/x?%',
    '/x?%zz=%',
    `/x?${'a=1&'.repeat(3_000)}`,
    '/x?hub.mode&crc_token&challenge&validationToken',
  ];
  const values = [undefined, '', '\r\n', ['a', 'b'], [], 'x'.repeat(10_000)];
  for (const name of HANDSHAKE_NAMES) {
    const { get, unsigned, signed, objection } = HANDSHAKES[name];
    for (const rawBody of bodies) {
      for (const url of urls) {
        for (const value of values) {
          const headers = {
            'x-hook-secret': value,
            'x-okta-verification-challenge': value,
            'twitch-eventsub-message-type': value,
          };
          const asked = question({ url, headers, rawBody, secrets: [], secretIndex: 0 });
          for (const respond of [get, unsigned, signed]) {
            const outcome = respond?.(asked);
            if (outcome?.status === 'answered' && /[^\x20-\x7e]/.test(outcome.answer.body))
              t.fail(`${name} sends back ${outcome.answer.body}`);
          }
          objection?.(asked);
        }
      }
    }
    t.pass(name);
  }
  t.end();
});

t.test('a webhook that is large is not read for a handshake', (t) => {
  const body = { type: 'url_verification', challenge: 'x', pad: 'x'.repeat(20_000) };
  t.equal(ask('slack', 'signed', { body }), null);
  t.end();
});
