import t, { type Test } from '../helpers/tap.ts';
import { edge, exchange, listen } from './edge.ts';

/** What address the edge believes in, for a request from 127.0.0.1 with these x-forwarded-for headers. */
async function ipFor(
  t: Test,
  trustProxy: string[] | { addresses: string[]; hops: number } | false,
  ...forwarded: string[]
): Promise<string> {
  const { app } = await edge(t, {
    trustProxy: Array.isArray(trustProxy) ? { addresses: trustProxy, hops: null } : trustProxy,
    routes: async (app) => {
      app.get('/ip', async (request) => ({ ip: request.ip }));
    },
  });
  const fields = forwarded.map((value) => `X-Forwarded-For: ${value}\r\n`).join('');
  const { body } = await exchange(
    await listen(app),
    `GET /ip HTTP/1.1\r\nHost: x\r\n${fields}Connection: close\r\n\r\n`,
  );
  return JSON.parse(body).ip;
}

t.test('nobody is believed unless told so', async (t) => {
  t.equal(await ipFor(t, false, '203.0.113.7'), '127.0.0.1');
  t.equal(await ipFor(t, ['10.0.0.0/8'], '203.0.113.7'), '127.0.0.1', 'not from this proxy');
  t.equal(await ipFor(t, ['::/1'], '203.0.113.7'), '127.0.0.1', 'which is no address of IPv6');
});

t.test('proxies that are trusted name the client', async (t) => {
  const proxies = ['127.0.0.1', '10.0.0.0/8'];
  t.equal(await ipFor(t, proxies, '203.0.113.7'), '203.0.113.7');
  t.equal(
    await ipFor(t, proxies, '198.51.100.1, 203.0.113.7, 10.1.2.3'),
    '203.0.113.7',
    'the last that is no proxy',
  );
  t.equal(await ipFor(t, proxies, '198.51.100.1', '203.0.113.7'), '203.0.113.7', 'two headers are one list');
  t.equal(await ipFor(t, proxies, '2001:db8::7'), '2001:db8::7');
});

/** So many proxies, of which the nearest is on this machine. */
const hops = (count: number) => ({ addresses: ['127.0.0.1'], hops: count });

t.test('hops are counted from our side', async (t) => {
  t.equal(await ipFor(t, hops(1), '198.51.100.1, 203.0.113.7'), '203.0.113.7');
  t.equal(await ipFor(t, hops(2), '198.51.100.1, 203.0.113.7'), '198.51.100.1');
  t.equal(await ipFor(t, hops(5), '198.51.100.1, 203.0.113.7'), '198.51.100.1');
});

t.test('hops are counted from addresses that are known, and from no other', async (t) => {
  const elsewhere = { addresses: ['10.0.0.1'], hops: 2 };
  t.equal(await ipFor(t, elsewhere, '198.51.100.1, 203.0.113.7'), '127.0.0.1');
});

t.test('what is no address is not taken for one', async (t) => {
  t.equal(await ipFor(t, hops(1), `x'},{"`), '127.0.0.1');
  t.equal(await ipFor(t, hops(1), ''), '127.0.0.1');
  t.equal(await ipFor(t, hops(1), '203.0.113.7, unknown'), '127.0.0.1', 'nor what stands before it');
  t.equal(await ipFor(t, hops(3), 'unknown, 203.0.113.7, 10.1.2.3'), '203.0.113.7');
  t.equal(await ipFor(t, hops(1), '203.0.113.7:50123'), '203.0.113.7', 'some proxies add the port');
  t.equal(await ipFor(t, hops(1), '[2001:db8::7]:50123'), '2001:db8::7');
});
