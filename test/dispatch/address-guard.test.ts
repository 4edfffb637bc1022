import { BlockList } from 'node:net';
import fc from 'fast-check';
import {
  type AddressGuard,
  allowedHostOf,
  createAddressGuard,
  type GuardOptions,
  NameNotUsableError,
} from '../../src/dispatch/address-guard.ts';
import { embeddedIpv4 } from '../../src/dispatch/address-ranges.ts';
import { judge } from '../../src/dispatch/outcome.ts';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post } from './peers.ts';

const guard = (options: Partial<GuardOptions> = {}) =>
  createAddressGuard({ allowCidrs: [], allowHosts: [], ...options });

const REFUSED = [
  // unspecified, loopback, private, link-local and metadata
  ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.0', '10.255.255.255', '172.16.0.1'],
  ...['172.31.255.255', '192.168.0.1', '192.168.255.255', '169.254.169.254', '169.254.0.1', '168.63.129.16'],
  // carrier-grade NAT, assignments, documentation, benchmarks, multicast, reserved, broadcast
  ...['100.64.0.1', '100.127.255.255', '100.100.100.200', '192.0.0.192', '192.0.2.1', '198.51.100.1'],
  ...['203.0.113.9', '198.18.0.1', '198.19.255.255', '192.88.99.1', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255'],
  // IPv6: unspecified, loopback, link-local, site-local, unique local, metadata, multicast
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'fc00::1', 'fdff::1', 'fd00:ec2::254'],
  ...['fd20:ce::254', 'ff02::1', 'ff0e::1'],
  // documentation, benchmarks, Teredo, ORCHID, discard-only, segment routing, not assigned
  ...[
    '2001:db8::1',
    '3fff::1',
    '2001:2::1',
    '2001::1',
    '2001:10::1',
    '2001:20::1',
    '100::1',
    '5f00::1',
    '4000::1',
  ],
  // IPv4 inside of IPv6, in both spellings
  ...[
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.1.2.3',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:192.168.1.1',
  ],
  ...[
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:808:808::1',
  ],
  ...['::127.0.0.1', '::10.0.0.1', '::ffff:0:127.0.0.1'],
  // no addresses at all
  ...['', 'localhost', '127.1', '2130706433', '1.2.3.4.5', ':::'],
];

const ALLOWED = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...[
    '128.0.0.1',
    '168.63.129.17',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '192.167.1.1',
  ],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255'],
  ...['2606:4700:4700::1111', '2a00:1450::1', '2001:200::1', '2003::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
];

t.test('only public addresses are reached', async (t) => {
  for (const address of REFUSED) t.equal(guard().allowsAddress(address), false, `${address} is refused`);
  for (const address of ALLOWED) t.equal(guard().allowsAddress(address), true, `${address} is allowed`);
});

t.test('an IPv4 address is judged the same in every disguise', async () => {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8);
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      const expected = guard().allowsAddress(address);
      if (loopback.check(address) && expected) return false;
      return ['::ffff:', '64:ff9b::'].every(
        (prefix) =>
          embeddedIpv4(prefix + hex) === address &&
          guard().allowsAddress(prefix + hex) === expected &&
          guard().allowsAddress(prefix + address) === expected,
      );
    }),
  );
});

t.test('allowed ranges are reached, and nothing beside them', async (t) => {
  const { allowsAddress } = guard({ allowCidrs: ['10.1.0.0/16', '192.168.7.7', 'fd00:1::/32', '::1'] });
  for (const address of ['10.1.2.3', '192.168.7.7', 'fd00:1::5', '::1', '::ffff:10.1.2.3', '8.8.8.8']) {
    t.equal(allowsAddress(address), true, address);
  }
  for (const address of ['10.2.0.1', '192.168.7.8', 'fd00:2::1', '127.0.0.1', '::ffff:10.2.0.1']) {
    t.equal(allowsAddress(address), false, address);
  }
  const everyV6 = guard({ allowCidrs: ['::/0'] });
  t.equal(everyV6.allowsAddress('fd00::1'), true);
  t.equal(everyV6.allowsAddress('127.0.0.1'), false, 'all of IPv6 does not mean IPv4');
  t.notOk(everyV6.allowsAddress('::ffff:10.0.0.1'), 'which is an IPv4 address');
  t.equal(guard({ allowCidrs: ['0.0.0.0/0'] }).allowsAddress('127.0.0.1'), true);
  t.throws(() => guard({ allowCidrs: ['n8n.internal/8'] }), /n8n.internal/);
});

t.test('allowed hosts are matched by name, and by port where one is given', async (t) => {
  const { allowsHost } = guard({
    allowHosts: ['N8N.internal:5678', 'any.internal', '[::1]:5678', 'fd00::1'],
  });
  t.equal(allowsHost('n8n.internal', 5678), true);
  t.equal(allowsHost('n8n.internal', 6379), false, 'not everything else on that machine');
  t.equal(allowsHost('any.internal', 1), true);
  t.equal(allowsHost('::1', 5678), true);
  t.equal(allowsHost('::1', 80), false);
  t.equal(allowsHost('[fd00::1]', 80), true);
  t.equal(allowsHost('evil.n8n.internal', 5678), false);
  t.equal(allowedHostOf('https://n8n.example.com/x'), 'n8n.example.com:443');
  t.equal(allowedHostOf('http://n8n.example.com'), 'n8n.example.com:80');
  t.equal(allowedHostOf('http://[::1]:5678'), '[::1]:5678');
});

const resolving = (...addresses: string[]): Partial<GuardOptions> => ({
  lookup: (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  },
});

const ask = (g: AddressGuard, all: boolean): Promise<unknown> =>
  new Promise((resolve) => {
    g.lookup('name.example', { all }, (error, answer, family) =>
      resolve(error ?? (all ? answer : [answer, family])),
    );
  });

t.test('a lookup answers only what may be connected to', async (t) => {
  const mixed = guard(resolving('10.0.0.1', '8.8.8.8', '::1', '2606:4700::1'));
  t.same(await ask(mixed, true), [
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1', family: 6 },
  ]);
  t.same(await ask(mixed, false), ['8.8.8.8', 4]);
  for (const all of [true, false]) {
    const refused = await ask(guard(resolving('169.254.169.254')), all);
    t.ok(refused instanceof NameNotUsableError);
    t.notMatch((refused as Error).message, /169/, 'what a name resolves to is not told');
  }
  const failing = guard({
    lookup: (_hostname, _options, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
  });
  t.match(await ask(failing, true), { code: 'NAME_NOT_USABLE' });
});

t.test('nobody learns by a refusal whether a name exists inside', async (t) => {
  const policy = { maxAttempts: 5, baseMs: 1_000, capMs: 1_000, factor: 2, jitter: 0 };
  const told = async (lookup: GuardOptions['lookup']) => {
    const result = await localClient(t, { allowCidrs: [], ...(lookup && { lookup }) }).send(
      post('http://payroll.internal/'),
    );
    const context = {
      policy,
      runAttempts: 1,
      onAmbiguous: 'retry' as const,
      retryWorkflowErrors: false,
      payloadLimitBytes: null,
      requestBytes: 2,
      nowMs: 0,
      random: () => 0.5,
    };
    return { result, verdict: judge(result, context) };
  };
  const failing = (code: string): GuardOptions['lookup'] => {
    const error = Object.assign(new Error(`getaddrinfo ${code}`), { code, syscall: 'getaddrinfo' });
    return (_hostname, _options, callback) => callback(error, []);
  };
  const missing = await told(failing('ENOTFOUND'));
  t.match(missing, { result: { reason: 'dns' }, verdict: { next: 'retry', advice: /OUTBOUND_ALLOW_CIDRS/ } });
  for (const lookup of [failing('EAI_AGAIN'), resolving('10.0.0.7').lookup, resolving('::1').lookup]) {
    t.same(await told(lookup), missing);
  }
});

t.test('the client refuses literal addresses, in every notation', async (t) => {
  const server = await httpServer(t, (_received, response) => response.end());
  const { port } = new URL(server.url);
  const client = localClient(t, { allowCidrs: [] });
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
    '[::ffff:127.0.0.1]',
    '[::1]',
  ]) {
    for (const protocol of ['http', 'https']) {
      const result = as(await client.send(post(`${protocol}://${host}:${port}/?s=secret`)), 'not_sent');
      t.equal(result.reason, 'address_not_allowed', `${protocol}://${host}`);
      t.notMatch(result.detail, /secret/);
    }
  }
  t.equal(server.connections(), 0);
});

t.test('the client refuses names by what they resolve to when it connects', async (t) => {
  const server = await httpServer(t, (_received, response) => response.end());
  const { port } = new URL(server.url);
  const url = `http://localhost:${port}/`;
  t.equal(as(await localClient(t, { allowCidrs: [] }).send(post(url)), 'not_sent').reason, 'dns');
  t.equal(server.connections(), 0);
  t.equal(as(await localClient(t).send(post(url)), 'response').statusCode, 200);

  const names: string[] = [];
  const rebinding = localClient(t, {
    allowCidrs: [],
    lookup: (hostname, _options, callback) => {
      names.push(hostname);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
  const result = as(await rebinding.send(post(`http://was-public-before.example:${port}/`)), 'not_sent');
  t.equal(result.reason, 'dns');
  t.same(names, ['was-public-before.example'], 'one lookup: the one that is connected to');
});

t.test('the client reaches the allowed host on its port only', async (t) => {
  const n8n = await httpServer(t, (_received, response) => response.end());
  const other = await httpServer(t, (_received, response) => response.end());
  const client = localClient(t, { allowCidrs: [], allowHosts: [allowedHostOf(n8n.url)] });
  t.equal(as(await client.send(post(n8n.url)), 'response').statusCode, 200);
  t.equal(as(await client.send(post(other.url)), 'not_sent').reason, 'address_not_allowed');
  t.equal(other.connections(), 0);
});
