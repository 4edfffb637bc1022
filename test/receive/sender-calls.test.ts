import type { SendResult } from '../../src/dispatch/send-result.ts';
import { createCertificates, createConfirmation } from '../../src/receive/sender-calls.ts';
import t from '../helpers/tap.ts';

const HOST = 'https://sns.us-west-2.amazonaws.com';
const urlOf = (name: string) => `${HOST}/SimpleNotificationService-${name}.pem`;
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const response = (parts: {
  statusCode?: number;
  body?: string;
  truncated?: boolean;
  bodyIncomplete?: boolean;
}) =>
  ({
    status: 'response',
    statusCode: 200,
    headers: [],
    truncated: false,
    bodyIncomplete: false,
    durationMs: 1,
    ...parts,
    body: Buffer.from(parts.body ?? PEM),
  }) satisfies SendResult;

/** AWS, which answers in this way, when it is let. */
function aws(answer: () => SendResult = () => response({})) {
  const asked: string[] = [];
  const failed: { url: string; detail: string }[] = [];
  const waiting: (() => void)[] = [];
  const ports = {
    send: async ({ url, method }: { url: string; method: string }) => {
      asked.push(`${method} ${url}`);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return answer();
    },
    onFailed: (failure: { url: string; detail: string }) => failed.push(failure),
  };
  const letAnswer = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { asked, failed, ports, letAnswer };
}

t.test('a certificate is fetched once, for all that wait for it and all after', async (t) => {
  const { asked, ports, letAnswer } = aws();
  const fetch = createCertificates(ports);
  const both = Promise.all([fetch(urlOf('a')), fetch(urlOf('a'))]);
  letAnswer();
  t.same(await both, [PEM, PEM]);
  t.equal(await fetch(urlOf('a')), PEM);
  t.same(asked, [`GET ${urlOf('a')}`]);
});

t.test('nothing is fetched but certificates of AWS', async (t) => {
  const { asked, ports } = aws();
  const fetch = createCertificates(ports);
  const file = 'SimpleNotificationService-a.pem';
  for (const url of [
    '',
    'nonsense',
    `http://sns.us-west-2.amazonaws.com/${file}`,
    `https://sns.us-west-2.amazonaws.com.evil.example/${file}`,
    `https://sns.s3.amazonaws.com/${file}`,
    `https://sns.s3-us-west-2.amazonaws.com/${file}`,
    `https://a@sns.us-west-2.amazonaws.com/${file}`,
    `${HOST}:444/${file}`,
    `${HOST}/${file}?x`,
    `${HOST}/${file}#x`,
    `${HOST}/x/../${file}`,
    `${HOST}/x/${file}`,
    `${HOST}/SimpleNotificationService-%61.pem`,
    `${HOST}/?Action=ConfirmSubscription`,
    `https://169.254.169.254/${file}`,
  ]) {
    await t.rejects(fetch(url), url);
  }
  t.same(asked, []);
});

t.test('what is no certificate is not kept, and said', async (t) => {
  const answers: SendResult[] = [
    response({ statusCode: 404 }),
    response({ statusCode: 302 }),
    response({ truncated: true }),
    response({ bodyIncomplete: true }),
    response({ body: '<html>' }),
    { status: 'not_sent', reason: 'address_not_allowed', detail: 'x', durationMs: 1 },
    { status: 'lost', reason: 'timeout', detail: 'x', durationMs: 1 },
    response({}),
  ];
  let next = 0;
  const { asked, failed, ports, letAnswer } = aws(() => answers[next++] as SendResult);
  const fetch = createCertificates(ports);
  for (let i = 1; i < answers.length; i++) {
    const fetching = fetch(urlOf('a'));
    letAnswer();
    await t.rejects(fetching);
    t.equal(failed.length, i);
    t.match(failed.at(-1), { url: urlOf('a'), detail: /\S/ });
  }
  const last = fetch(urlOf('a'));
  letAnswer();
  t.equal(await last, PEM, 'as soon as it is there again');
  t.equal(asked.length, answers.length);
});

t.test('strangers who name many have only a few fetched at once', async (t) => {
  const { asked, ports, letAnswer } = aws();
  const fetch = createCertificates(ports);
  const named = Array.from({ length: 100 }, (_, i) => fetch(urlOf(`n${i}`)));
  const settled = Promise.allSettled(named);
  letAnswer();
  const fetched = (await settled).filter(({ status }) => status === 'fulfilled');
  t.equal(fetched.length, 4);
  t.equal(asked.length, 4);
  const later = fetch(urlOf('later'));
  letAnswer();
  t.equal(await later, PEM);
});

t.test('a confirmation is called once for all that ask at the same time', async (t) => {
  let statusCode = 200;
  const { asked, failed, ports, letAnswer } = aws(() => response({ statusCode }));
  const confirm = createConfirmation(ports);
  const url = `${HOST}/?Action=ConfirmSubscription&Token=secret`;
  const both = Promise.all([confirm(url), confirm(url)]);
  letAnswer();
  t.same(await both, [true, true]);
  t.equal(asked.length, 1);
  statusCode = 403;
  const refused = confirm(url);
  letAnswer();
  t.equal(await refused, false);
  t.same(failed, [{ url: `${HOST}/`, detail: 'It answered 403.' }], 'without the token');
});
