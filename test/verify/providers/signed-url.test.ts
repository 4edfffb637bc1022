import { SENDERS } from '../../helpers/senders/index.ts';
import { JUDGES, type Judge } from '../../helpers/senders/judges.ts';
import { headerOf, withHeader } from '../../helpers/senders/requests.ts';
import { base64, type SignedRequest } from '../../helpers/senders/sender.ts';
import { twilioJson } from '../../helpers/senders/twilio.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

const nowMs = NOW * 1000;
const valid = { valid: true };
const judgeTwilio = JUDGES.twilio as Judge;

t.test('where the URL is signed, another URL is refused', async (t) => {
  for (const name of ['square', 'trello', 'hubspot_v2', 'hubspot_v3', 'twilio'] as const) {
    const { signing, verifying } = SENDERS[name].makeKeys();
    const url = `${URL}?team=a%20b&x=1`;
    const request = await SENDERS[name].sign({ url, secret: signing, nowMs });
    t.match(await verify(name, request, [verifying]), valid, name);
    const others = [
      URL,
      `${url}&y=2`,
      url.replace('https', 'http'),
      url.replace('team=a%20b&x=1', 'x=1&team=a%20b'),
    ];
    for (const other of others) {
      const answer = await verify(name, { ...request, url: other }, [verifying]);
      t.same(answer, refused('signature_mismatch'), `${name} ${other}`);
    }
  }
});

t.test('hubspot: the method is signed', async (t) => {
  for (const name of ['hubspot_v2', 'hubspot_v3'] as const) {
    const secret = SENDERS[name].makeKeys().signing;
    const request = await SENDERS[name].sign({ url: URL, secret, nowMs });
    t.same(await verify(name, { ...request, method: 'PUT' }, [secret]), refused('signature_mismatch'));
  }
});

t.test(
  'hubspot_v3: twelve percent-escapes are decoded before the URL is signed, and no others',
  async (t) => {
    const secret = SENDERS.hubspot_v3.makeKeys().signing;
    const pairs: [string, string][] = [
      ['/%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B', "/:/?@!$'()*,;"],
      ['/a%20b%26c%3Dd%25', '/a%20b%26c%3Dd%25'],
      ['/%253A', '/%253A'],
      ['/?q=a%40b.example', '/?q=a@b.example'],
    ];
    for (const [path, decoded] of pairs) {
      const request = await SENDERS.hubspot_v3.sign({ url: URL + path, secret, nowMs });
      const expected = base64(secret, 'POST', URL + decoded, request.body, String(nowMs));
      t.equal(headerOf(request, 'x-hubspot-signature-v3'), expected, path);
      t.match(await verify('hubspot_v3', request, [secret]), valid, path);
    }
    // Version 2 signs the URL as it is.
    const request = await SENDERS.hubspot_v2.sign({ url: `${URL}/%3A`, secret, nowMs });
    t.match(await verify('hubspot_v2', request, [secret]), valid);
    t.match(await verify('hubspot_v2', { ...request, url: `${URL}/:` }, [secret]), { valid: false });
  },
);

t.test('twilio: the published form with a parameter that comes three times', async (t) => {
  // From the tests of Twilio's own libraries.
  const request: SignedRequest = {
    method: 'POST',
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': 'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
    },
    body: Buffer.from('Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234'),
  };
  t.match(await verify('twilio', request, ['12345']), valid);
});

t.test('twilio: what its library takes verifies, whatever the form looks like', async (t) => {
  const secret = SENDERS.twilio.makeKeys().signing;
  const forms = [
    'b=2&a=1&a=1&a=0&B=3',
    'Body=&From=%2B1&To=',
    'Body=a+b%20c%2Bd&Emoji=%F0%9F%98%80&%C3%A9=1',
    'Body=caf%c3%a9',
    'a[]=1&a[]=2&__proto__=3&constructor=4',
    'NoValue&a=1',
    'a=b=c&d=e',
    '',
    'Body=%E2%82%ACuro&10=1&9=2&aa=3&a=4',
    'Body=%EF%BF%BF&Body=%F0%9F%98%80',
  ];
  for (const form of forms) {
    const request = await SENDERS.twilio.sign({ url: URL, secret, nowMs, body: Buffer.from(form) });
    t.equal(await judgeTwilio(request, secret), true, form);
    t.match(await verify('twilio', request, [secret]), valid, form);
  }
});

t.test(
  'twilio: a form in another order or escaped otherwise is the same, other parameters are not',
  async (t) => {
    const secret = SENDERS.twilio.makeKeys().signing;
    const request = await SENDERS.twilio.sign({ url: URL, secret, nowMs, body: Buffer.from('a=1&b=%2B') });
    for (const [form, expected] of [
      ['b=%2b&a=1', valid],
      ['a=1&b=%2B&a=1', valid],
      ['a=1&b=%2B&c=', { valid: false }],
      ['a=1', { valid: false }],
      ['a=1&b=+', { valid: false }],
      ['', { valid: false }],
      ['{"a":"1","b":"+"}', { valid: false }],
    ] as const) {
      t.match(await verify('twilio', { ...request, body: Buffer.from(form) }, [secret]), expected, form);
    }
  },
);

t.test('twilio: JSON is proven by its hash in the URL', async (t) => {
  const secret = twilioJson.makeKeys().signing;
  for (const url of [URL, `${URL}?a=1`]) {
    const request = await twilioJson.sign({ url, secret, nowMs });
    t.match(await verify('twilio', request, [secret]), valid);
    const forged = { ...request, body: Buffer.from('{"status":"forged"}') };
    t.same(await verify('twilio', forged, [secret]), refused('body_digest_mismatch'));
    // Neither can the hash be replaced along with the body, nor left out.
    const rehashed = await twilioJson.sign({ url, secret: 'another', nowMs, body: forged.body });
    t.same(await verify('twilio', { ...forged, url: rehashed.url }, [secret]), refused('signature_mismatch'));
    t.match(await verify('twilio', { ...forged, url }, [secret]), { valid: false });
  }
});

t.test('twilio: the signature of a form does not prove a JSON body, nor the other way round', async (t) => {
  const secret = SENDERS.twilio.makeKeys().signing;
  // A form without parameters is signed like the URL alone.
  const empty = await SENDERS.twilio.sign({ url: URL, secret, nowMs, body: Buffer.alloc(0) });
  const asJson = withHeader(
    { ...empty, body: Buffer.from('{"forged":true}') },
    'content-type',
    'application/json',
  );
  t.match(await verify('twilio', asJson, [secret]), { valid: false });
  const signed = await twilioJson.sign({ url: URL, secret, nowMs });
  const asForm = withHeader(
    { ...signed, body: Buffer.from('forged=true') },
    'content-type',
    'application/x-www-form-urlencoded',
  );
  t.match(await verify('twilio', asForm, [secret]), { valid: false });
});
