import t from '../../helpers/tap.ts';
import { ask, NOW, refuses, says } from './ask.ts';

const SUBSCRIBE =
  'https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-west-2:123456789012:MyTopic&Token=2336412f37';

t.test('amazon sns is confirmed at AWS, and nowhere else', (t) => {
  const confirm = (SubscribeURL: unknown) =>
    ask('aws_sns', 'signed', { body: { Type: 'SubscriptionConfirmation', SubscribeURL } });
  for (const url of [SUBSCRIBE, SUBSCRIBE.replace('.com/', '.com.cn/')]) {
    t.same(confirm(url), says({ event: 'aws_sns', effect: { kind: 'confirm', url } }));
  }
  const query = '?Action=ConfirmSubscription&Token=1';
  for (const url of [
    undefined,
    [SUBSCRIBE],
    'nonsense',
    `http://sns.us-west-2.amazonaws.com/${query}`,
    `https://sns.us-west-2.amazonaws.com.evil.example/${query}`,
    `https://evil.example/sns.us-west-2.amazonaws.com/${query}`,
    `https://sns.us-west-2.amazonaws.com@evil.example/${query}`,
    `https://user:pw@sns.us-west-2.amazonaws.com/${query}`,
    `https://sns.us-west-2.amazonaws.com:8443/${query}`,
    `https://bucket.s3.amazonaws.com/${query}`,
    `https://sns.s3.amazonaws.com/${query}`,
    `https://sns.s3-us-west-2.amazonaws.com/${query}`,
    `https://sns.evil.us-west-2.amazonaws.com/${query}`,
    `https://169.254.169.254/${query}`,
    `https://sns.us-west-2.amazonaws.com/latest${query}`,
    'https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x',
    'https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&Action=ConfirmSubscription',
  ]) {
    t.same(confirm(url), refuses('foreign_confirmation_url'), String(url));
  }
  t.same(
    ask('aws_sns', 'signed', { body: { Type: 'UnsubscribeConfirmation', SubscribeURL: SUBSCRIBE } }),
    says({ event: 'aws_sns_unsubscribed' }),
    'which is not called: that would subscribe again',
  );
  const text = JSON.stringify({ Type: 'SubscriptionConfirmation', SubscribeURL: SUBSCRIBE });
  const confirmed = says({ event: 'aws_sns', effect: { kind: 'confirm', url: SUBSCRIBE } });
  for (const body of [
    text.replace('Confirmation', '\\u0043onfirmation'),
    `\ufeff${text}`,
    text.replace('{', `{"x":"${'x'.repeat(20_000)}",`),
  ]) {
    t.same(ask('aws_sns', 'signed', { body }), confirmed, 'its fields are signed, however they are written');
  }
  t.equal(
    ask('aws_sns', 'signed', { body: { Type: 'Notification', Message: '"SubscriptionConfirmation"' } }),
    null,
  );
  t.end();
});

t.test('asana brings its secret once, and nobody replaces it', (t) => {
  const secret = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';
  const headers = { 'x-hook-secret': secret };
  const sentBack = { event: 'asana' as const, headers };
  t.same(
    ask('asana', 'unsigned', { headers, secrets: [] }),
    says({ ...sentBack, effect: { kind: 'keep_secret', secret } }),
  );
  const of = (text: string, expiresAt: number | null) => [{ id: '1', secret: text, expiresAt }];
  t.same(ask('asana', 'unsigned', { headers, secrets: of(secret, null) }), says(sentBack), 'the same again');
  t.same(ask('asana', 'unsigned', { headers, secrets: of('another-one', null) }), refuses('other_secret'));
  t.same(ask('asana', 'unsigned', { headers, secrets: of('another-one', NOW + 1) }), refuses('other_secret'));
  t.match(ask('asana', 'unsigned', { headers, secrets: of('another-one', NOW) }), { status: 'answered' });
  for (const value of [
    '',
    'short',
    'x'.repeat(201),
    `${secret}\r\nset-cookie: x`,
    'ü'.repeat(32),
    [secret, secret],
  ]) {
    const outcome = ask('asana', 'unsigned', { headers: { 'x-hook-secret': value }, secrets: [] });
    t.same(outcome, refuses('malformed_challenge'), JSON.stringify(value));
  }
  t.equal(ask('asana', 'unsigned', { secrets: [] }), null);
  t.end();
});
