import { execFile, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { PROVIDER_NAMES, type ProviderName } from '../../src/domain/providers.ts';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import type { AuthType } from '../../src/domain/webhook-config.ts';
import { curlFor } from '../../src/http/management/curl.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import type { VerifyRequest } from '../../src/verify/request.ts';
import { createVerifier } from '../../src/verify/verifier.ts';
import t from '../helpers/tap.ts';

const run = promisify(execFile);
const tools = ['sh', 'curl', 'openssl', 'od'].every(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0,
);

interface Case {
  authType: AuthType;
  secret: string;
  hmac?: SignatureDescription;
  provider?: ProviderName;
}

const CASES: Record<string, Case> = {
  none: { authType: 'none', secret: '' },
  'api key': { authType: 'api_key', secret: 'key-$HOME-`x`-"quoted"' },
  'bearer token': { authType: 'bearer_token', secret: 'token-of-many-characters' },
  'hmac by default': { authType: 'hmac', secret: 'se\'cret $with "all" `sorts` of\\things' },
  'hmac with a timestamp': {
    authType: 'hmac',
    secret: 'a secret of words',
    hmac: {
      header: 'X-Sig',
      algorithm: 'sha512',
      encoding: 'base64',
      prefix: "it's v1=",
      payload: "v0:{timestamp}.{body}'\n$x",
      timestampHeader: 'X-Time',
    },
  },
  'hmac with milliseconds and everything signed': {
    authType: 'hmac',
    secret: 'YWJjZGVmZ2hpamtsbW5vcA==',
    hmac: {
      algorithm: 'sha1',
      encoding: 'base64url',
      payload:
        '{method} {url} {header:Host} {header:Content-Type} {header:Content-Length} {header:X-Shop} {timestamp} {body}',
      timestampHeader: 'x-time',
      timestampUnit: 'ms',
      secretEncoding: 'base64',
    },
  },
  'hmac of an upper-case header under a secret of any script': {
    authType: 'hmac',
    secret: 'Schlüssel-ключ-🔑',
    hmac: { header: 'X-SIGNATURE', encoding: 'base64', algorithm: 'sha256', prefix: '' },
  },
  'hmac with a timestamp, a percent sign and a header': {
    authType: 'hmac',
    secret: '-leading-hyphen',
    hmac: {
      payload: '%s\\n{timestamp}:{header:User-Agent}:{body}%d{body}',
      timestampHeader: 'X-Sent-At',
      toleranceSeconds: 60,
    },
  },
  'hmac in base64url, in seconds, under a key of all bytes': {
    authType: 'hmac',
    secret: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64'),
    hmac: {
      encoding: 'base64url',
      algorithm: 'sha512',
      prefix: 'v1=',
      payload: '{body}.{timestamp}',
      timestampHeader: 'x-t',
      timestampUnit: 's',
      secretEncoding: 'base64',
    },
  },
  'hmac under a key in hex': {
    authType: 'hmac',
    secret: '00ff00ff00ff00ff00ff00ff00ff00ff',
    hmac: { secretEncoding: 'hex', prefix: 'sha256=' },
  },
};

/** Whose signatures no shell can make. */
const WITHOUT_COMMAND: ProviderName[] = [
  'standardwebhooks_v1a',
  'twilio',
  'linear',
  'mailgun',
  'sendgrid',
  'discord',
  'adyen_standard',
  'aws_sns',
];

const SECRETS = { utf8: 'a secret of words', hex: '00ff'.repeat(16), base64: 'YWJjZGVmZ2hpamtsbW5vcA==' };

/** In the form that the sender's has. */
function secretOf(provider: ProviderName): string {
  const { scheme } = PRESETS[provider];
  if (typeof scheme === 'string' || scheme.secretEncoding === 'base64url') throw new Error(provider);
  if (scheme.algorithm === 'token') return 'a-token-of-many-characters';
  return (scheme.secretPrefix ?? '') + SECRETS[scheme.secretEncoding ?? 'utf8'];
}

for (const provider of PROVIDER_NAMES) {
  if (WITHOUT_COMMAND.includes(provider)) continue;
  CASES[provider] = { authType: 'provider', provider, secret: secretOf(provider) };
}

const fetchCertificate = () => Promise.reject(new Error('nobody needs one'));

t.test(
  'the command of every auth type sends a webhook that verifies',
  { skip: tools ? false : 'needs sh, curl, openssl and od' },
  async (t) => {
    const received: VerifyRequest[] = [];
    const server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const rawBody = await buffer(request);
      received.push({ method, url: `http://127.0.0.1:${port}${url}`, headers, rawBody, nowMs: Date.now() });
      response.end('taken');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;

    for (const [name, { authType, secret, hmac, provider = null }] of Object.entries(CASES)) {
      const url = `http://127.0.0.1:${port}/api/webhooks/${encodeURIComponent(name)}`;
      const command = curlFor({ url, authType, hmac: hmac ?? null, provider });
      t.notOk(secret !== '' && command.includes(secret));
      const { stdout } = await run('sh', ['-c', command], { env: { ...process.env, SECRET: secret } });
      t.equal(stdout, 'taken', name);
      const secrets = [{ id: 'one', secret, expiresAt: null }];
      const verifier = createVerifier(
        authType === 'none'
          ? { type: 'none' }
          : authType === 'hmac'
            ? { type: 'hmac', description: hmac ?? null, secrets }
            : authType === 'provider'
              ? { type: authType, provider: provider ?? 'generic', secrets, fetchCertificate }
              : { type: authType, secrets },
      );
      const [request] = received.splice(0);
      t.match(request && verifier.verify(request), { valid: true }, name);
      t.same(JSON.parse(String(request?.rawBody)), { hello: 'world' });
      t.equal(request?.headers['content-type'], 'application/json');
    }
  },
);

t.test('what no shell can sign has no command', async (t) => {
  const url = 'http://127.0.0.1/';
  const contradicting = { url, authType: 'hmac', hmac: { payload: '{timestamp}' }, provider: null } as const;
  t.equal(curlFor(contradicting), '');
  for (const provider of WITHOUT_COMMAND) {
    t.equal(curlFor({ url, authType: 'provider', hmac: null, provider }), '', provider);
  }
});
