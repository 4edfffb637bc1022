import { networkOf } from '../../src/domain/network.ts';
import t from '../helpers/tap.ts';

const SAME: [string, string[]][] = [
  ['203.0.113.7', ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:cb00:7107', '0:0:0:0:0:ffff:cb00:7107']],
  ['203.0.113.7', ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107']],
  [
    '2001:db8:0:1::/64',
    [
      '2001:db8:0:1::',
      '2001:DB8:0:1::1',
      '2001:0db8:0000:0001:ffff:ffff:ffff:ffff',
      '2001:db8:0:1:1:2:192.0.2.1',
    ],
  ],
  ['fe80:0:0:0::/64', ['fe80::1', 'fe80::abcd%eth0']],
  ['0:0:0:0::/64', ['::1', '::']],
];

for (const [network, addresses] of SAME) {
  t.test(network, (t) => {
    for (const address of addresses) t.equal(networkOf(address), network, address);
    t.end();
  });
}

t.test('neighbours are apart', (t) => {
  t.not(networkOf('203.0.113.7'), networkOf('203.0.113.8'));
  t.not(networkOf('2001:db8:0:1::1'), networkOf('2001:db8:0:2::1'));
  t.not(networkOf('64:ff9b::203.0.113.7'), networkOf('64:ff9b::203.0.113.8'));
  t.end();
});

t.test('what is no address is somebody all the same', (t) => {
  for (const text of ['', ':', ':::', '1:2', 'x:y::z', '%', '1::2::3']) t.type(networkOf(text), 'string');
  t.end();
});
