import { createHmac } from 'node:crypto';
import t from '../helpers/tap.ts';
import { verifying } from './described.ts';
import { accepted, NOW, refused } from './requests.ts';

const SECRET = 'a secret of some length';
const BODY = Buffer.from('{"a":1}');
const hex = (text: string | Buffer) => createHmac('sha256', SECRET).update(text).digest('hex');
const ok = accepted(SECRET);

t.test('timestamps: RFC 3339 down to nanoseconds', async (t) => {
  const description = {
    payload: '{ts}{body}',
    timestampHeader: 'x-time',
    timestampUnit: 'rfc3339',
    toleranceSeconds: 10,
  } as const;
  const verify = verifying(description, SECRET);
  const verdict = (time: string) =>
    verify({
      rawBody: BODY,
      headers: { 'x-time': time, 'x-webhook-signature': hex(Buffer.concat([Buffer.from(time), BODY])) },
    });
  for (const time of [
    '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:20.123456789Z',
    '2023-11-14t22:13:10z',
    '2023-11-14T23:13:20.5+01:00',
    '2023-11-14T22:13:30.000000001Z',
  ]) {
    t.same(verdict(time), ok, time);
  }
  for (const time of ['2023-11-14T22:13:09.999Z', '2023-11-14T22:13:31Z', '2023-11-14T22:13:20+01:00']) {
    t.same(verdict(time), refused('timestamp_out_of_tolerance'), time);
  }
  for (const time of [
    '2023-11-14',
    '2023-11-14T22:13:20',
    '2023-11-14 22:13:20Z',
    String(NOW / 1000),
    '2023-13-14T22:13:20Z',
    'now',
  ]) {
    t.same(verdict(time), refused('malformed_timestamp'), time);
  }
});

t.test('timestamps: in the body, checked once it is known whose body it is', async (t) => {
  const verify = verifying({ timestampPath: 'at', timestampUnit: 'ms', toleranceSeconds: 60 }, SECRET);
  const verdict = (body: string, signature = hex(body)) =>
    verify({ rawBody: Buffer.from(body), headers: { 'x-webhook-signature': signature } });
  t.same(verdict(`{"at":${NOW}}`), ok);
  t.same(verdict(`{"at":"${NOW - 60_000}"}`), ok);
  t.same(verdict(`{"at":${NOW + 60_001}}`), refused('timestamp_out_of_tolerance'));
  t.same(verdict(`{"at":${NOW - 60_001}}`), refused('timestamp_out_of_tolerance'));
  t.same(verdict('{"at":"soon"}'), refused('malformed_timestamp'));
  t.same(verdict('{}'), refused('missing_timestamp'));
  t.same(verdict('nothing'), refused('malformed_body'));
  t.same(verdict('nothing', '0'.repeat(64)), refused('signature_mismatch'), 'a stranger’s is not read');
});

t.test('timestamps: where the age does not count, the form does', async (t) => {
  const description = { payload: '{ts}{body}', timestampHeader: 'x-time', toleranceSeconds: null };
  const verify = verifying(description, SECRET);
  const verdict = (time: string, body: string) =>
    verify({
      rawBody: Buffer.from(body),
      headers: { 'x-time': time, 'x-webhook-signature': hex(time + body) },
    });
  t.same(verdict('1000000000', '7{}'), ok, 'however old it is');
  t.same(verdict('10000000007', '{}'), refused('malformed_timestamp'), 'the same text, cut elsewhere');
  t.same(verdict('100000000', '07{}'), refused('malformed_timestamp'));
  t.same(verdict('1000000000{"a":', '1}'), refused('malformed_timestamp'));
});
