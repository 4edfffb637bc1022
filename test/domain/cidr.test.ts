import { isAddressRange } from '../../src/domain/cidr.ts';
import t from '../helpers/tap.ts';

t.test('addresses and ranges, v4 and v6', async (t) => {
  for (const text of [
    '10.0.0.0/8',
    '203.0.113.7',
    '0.0.0.0/0',
    '1.2.3.4/32',
    '2001:db8::/32',
    '::1',
    '::ffff:1.2.3.4/128',
  ]) {
    t.ok(isAddressRange(text), text);
  }
  for (const text of [
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '2001:db8::/129',
    'fe80::1%eth0',
    'localhost',
    ' 10.0.0.1',
    '010.0.0.1',
  ]) {
    t.notOk(isAddressRange(text), text);
  }
});
