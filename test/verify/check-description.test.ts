import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import type { AuthType } from '../../src/domain/webhook-config.ts';
import { checkDescription, checkSecret } from '../../src/verify/check-description.ts';
import t from '../helpers/tap.ts';

const timestamped = { payload: '{timestamp}.{body}', timestampHeader: 'x-time' } as const;

t.test('descriptions that can be used', async (t) => {
  const good: SignatureDescription[] = [
    {},
    { prefix: '' },
    { prefix: 'HMAC SHA256 ' },
    { payload: 'v0:{method}{url}\n{header:X-Id}.{body}' },
    { ...timestamped, timestampUnit: 'ms', toleranceSeconds: 60 },
    { payload: '{header:X-Time}.{body}', timestampHeader: 'x-time' },
  ];
  for (const description of good) {
    t.same(checkDescription(description), [], JSON.stringify(description));
  }
});

t.test('descriptions that contradict themselves', async (t) => {
  const bad: [SignatureDescription, string[]][] = [
    [{ payload: '{timestamp}.{body}' }, ['/payload']],
    [{ payload: '{url}' }, ['/payload']],
    [{ payload: 'body' }, ['/payload']],
    [{ payload: '{Body}' }, ['/payload', '/payload']],
    [{ payload: '{body}{ts}' }, ['/payload']],
    [{ payload: '{body}{time}' }, ['/payload']],
    [{ payload: '{body}{}' }, ['/payload']],
    [{ payload: '{body}{header:}' }, ['/payload']],
    [{ payload: '{body}{header:a b}' }, ['/payload']],
    [{ payload: `{body}{header:${'a'.repeat(101)}}` }, ['/payload']],
    [{ payload: '{body}{__proto__}' }, ['/payload']],
    [{ payload: '{body' }, ['/payload', '/payload']],
    [{ payload: '{body}}' }, ['/payload']],
    [{ payload: '{{body}}' }, ['/payload']],
    [{ payload: '{body}{header:X-Webhook-Signature}' }, ['/payload']],
    [{ header: 'X-Sig', payload: '{body}{header:x-sig}' }, ['/payload']],
    [{ timestampHeader: 'x-time' }, ['/timestampHeader']],
    [{ ...timestamped, header: 'X-Time' }, ['/timestampHeader']],
    [{ timestampUnit: 's' }, ['/timestampUnit']],
    [{ toleranceSeconds: 60 }, ['/toleranceSeconds']],
    [{ prefix: ' v1=' }, ['/prefix']],
    [{ prefix: 'é=' }, ['/prefix']],
    [{ prefix: 'v1=\r\n' }, ['/prefix']],
    [
      { payload: '{url', prefix: ' ', toleranceSeconds: 1 },
      ['/payload', '/payload', '/prefix', '/toleranceSeconds'],
    ],
  ];
  for (const [description, pointers] of bad) {
    const faults = checkDescription(description);
    t.same(
      faults.map((fault) => fault.pointer),
      pointers,
      JSON.stringify(description),
    );
  }
  t.match(
    checkDescription({ payload: '{body}{time}' })[0]?.detail,
    /\{time\}/,
    'names what it does not know',
  );
});

t.test('secrets', async (t) => {
  const check = (authType: AuthType, description: SignatureDescription | null, secret: string) =>
    checkSecret({ authType, provider: null, description }, secret);
  const hex = { secretEncoding: 'hex' } as const;
  const base64 = { secretEncoding: 'base64' } as const;
  const good: [AuthType, SignatureDescription | null, string][] = [
    ['hmac', null, '12345678'],
    ['hmac', null, 'éééé'],
    ['hmac', {}, 'x'.repeat(1000)],
    ['hmac', hex, '00'.repeat(8)],
    ['hmac', base64, 'AAAAAAAAAAA='],
    ['api_key', hex, 'not-hex-at-all'],
    ['bearer_token', null, 'a+b/c~d=='],
  ];
  for (const args of good) t.same(check(...args), [], JSON.stringify(args).slice(0, 60));

  const bad: [AuthType, SignatureDescription | null, string][] = [
    ['none', null, '12345678'],
    ['hmac', null, ''],
    ['hmac', null, '1234567'],
    ['hmac', null, 'x'.repeat(1001)],
    ['hmac', hex, 'not hex at all!!'],
    ['hmac', hex, '00'.repeat(8).slice(1)],
    ['hmac', hex, '00'.repeat(7)],
    ['hmac', base64, 'AAAAAAAAAAA'],
    ['hmac', base64, 'AAAAAAAAA-8='],
    ['api_key', null, '1234567'],
    ['api_key', null, 'with spaces in it'],
    ['bearer_token', null, 'clé-secrète'],
    ['bearer_token', null, '12345678\n'],
  ];
  for (const args of bad) {
    const faults = check(...args);
    t.equal(faults.length, 1, JSON.stringify(args).slice(0, 60));
    t.equal(faults[0]?.pointer, '');
    if (args[2] !== '') t.notMatch(faults[0]?.detail, args[2], 'a detail never repeats the secret');
  }
});

t.test('a template of 10 MB is not even read', async (t) => {
  for (const payload of ['{x}{body}'.repeat(1_111_111), `{body}${'a'.repeat(10_000_000)}`]) {
    const from = process.cpuUsage();
    t.match(checkDescription({ payload })[0], { pointer: '/payload', detail: /at most 200/ });
    t.ok(process.cpuUsage(from).user < 100_000);
  }
});
