import { PROVIDER_NAMES } from '../../../src/domain/providers.ts';
import { SENDERS } from '../../helpers/senders/index.ts';
import { twilioJson } from '../../helpers/senders/twilio.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

const STAMP = `"webhookTimestamp":${NOW * 1000}`;

/** What does not survive being parsed and written again. */
const BODIES: Record<string, string> = {
  'a byte-order mark': `\ufeff{${STAMP}}`,
  'CRLF, tabs and spaces': `{\r\n\t${STAMP} ,\r\n\t"a" : 1\r\n}\r\n`,
  'escaped slashes': `{${STAMP},"url":"https:\\/\\/a.example\\/b"}`,
  'escaped letters': `{${STAMP},"name":"caf\\u00E9 \\uD83D\\uDE00"}`,
  'letters beyond ASCII': `{${STAMP},"name":"café 😀 \u2028"}`,
  'integers over 2^53': `{${STAMP},"id":9007199254740993,"other":123456789012345678901234567890}`,
  'numbers written otherwise': `{${STAMP},"a":1.0,"b":1e3,"c":-0,"d":0.10}`,
  'duplicate keys': `{"a":1,"a":2,${STAMP}}`,
  'keys that are numbers': `{"b":1,"1":2,"0":3,${STAMP}}`,
  'a key __proto__': `{ "__proto__":{"id":"x"},${STAMP}}`,
};

/** As Python writes JSON, for one. */
const asAscii = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

for (const [what, text] of Object.entries(BODIES)) {
  t.test(`a body with ${what} verifies as it came, and only so`, async (t) => {
    const body = Buffer.from(text);
    const rewritten = Buffer.from(asAscii(JSON.stringify(JSON.parse(text.replace('\ufeff', '')))));
    t.notSame(rewritten, body);
    for (const name of PROVIDER_NAMES.filter((provider) => SENDERS[provider].coversWholeBody)) {
      const { signing, verifying } = SENDERS[name].makeKeys();
      const request = await SENDERS[name].sign({ url: URL, secret: signing, nowMs: NOW * 1000, body });
      t.match(await verify(name, request, [verifying]), { valid: true }, name);
      const changed = await verify(name, { ...request, body: rewritten }, [verifying]);
      t.same(changed, refused('signature_mismatch'), name);
    }
    const secret = twilioJson.makeKeys().signing;
    const request = await twilioJson.sign({ url: URL, secret, nowMs: NOW * 1000, body });
    t.match(await verify('twilio', request, [secret]), { valid: true });
    t.match(await verify('twilio', { ...request, body: rewritten }, [secret]), { valid: false });
  });
}

t.test('a body that is no text verifies as well', async (t) => {
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0xe9, 0x80]);
  // The libraries that sign for these take texts only.
  const textual = [
    'github',
    'stripe',
    'sanity',
    'standardwebhooks',
    'svix',
    'clerk',
    'openai',
    'gitlab_signing',
  ];
  const others = PROVIDER_NAMES.filter(
    (name) => SENDERS[name].coversWholeBody && !textual.includes(name) && name !== 'linear',
  );
  for (const name of others) {
    const { signing, verifying } = SENDERS[name].makeKeys();
    const request = await SENDERS[name].sign({ url: URL, secret: signing, nowMs: NOW * 1000, body });
    t.match(await verify(name, request, [verifying]), { valid: true }, name);
    // What becomes of it where somebody reads it as UTF-8.
    const lossy = { ...request, body: Buffer.from(body.toString()) };
    t.same(await verify(name, lossy, [verifying]), refused('signature_mismatch'), name);
  }
});
