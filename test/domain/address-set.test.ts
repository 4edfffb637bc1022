import { addressSet, isEverybody } from '../../src/domain/address-set.ts';
import t from '../helpers/tap.ts';

const V4 = ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1'];
const V6 = ['::1', '2001:db8::1', 'fe80::1%eth0', '64:ff9b::192.0.2.1', '::192.0.2.1'];

t.test('a family is never let in by the ranges of the other', (t) => {
  for (const range of ['::/0', '::/1', '::/80', '::ffff:0:0/95']) {
    for (const address of V4) t.notOk(addressSet([range]).has(address), `${address} in ${range}`);
  }
  for (const address of V6) t.ok(addressSet(['::/0']).has(address), `${address} in ::/0`);
  for (const range of ['0.0.0.0/0', '::ffff:0:0/96']) {
    for (const address of V4) t.ok(addressSet([range]).has(address), `${address} in ${range}`);
    for (const address of V6) t.notOk(addressSet([range]).has(address), `${address} in ${range}`);
  }
  t.end();
});

t.test('an address is the same in every spelling, and so is a range', (t) => {
  for (const range of ['192.0.2.1', '192.0.2.0/24', '::ffff:192.0.2.1', '::ffff:c000:200/120']) {
    for (const address of V4) t.ok(addressSet([range]).has(address), `${address} in ${range}`);
    for (const address of ['192.0.3.1', '::ffff:192.0.3.1', '::c000:201']) {
      t.notOk(addressSet([range]).has(address), `${address} in ${range}`);
    }
  }
  t.end();
});

t.test('several ranges of both families', (t) => {
  const set = addressSet(['10.0.0.0/8', '2001:db8::/32', '::1']);
  for (const address of ['10.1.2.3', '2001:DB8::7', '0:0:0:0:0:0:0:1']) t.ok(set.has(address), address);
  for (const address of ['11.0.0.1', '2001:db9::', '::2', '', 'garbage', '::ffff:11.0.0.1']) {
    t.notOk(set.has(address), address);
  }
  t.notOk(addressSet([]).has('10.0.0.1'), 'nobody');
  t.notOk(addressSet(['0.0.0.0/0', '::/0']).has(undefined), 'nor who hung up already');
  t.end();
});

t.test('all of a family is everybody, in one range or in many', (t) => {
  for (const ranges of [
    ['0.0.0.0/0'],
    ['198.51.100.7/0'],
    ['10.0.0.0/8', '::/0'],
    ['0.0.0.0/1', '128.0.0.0/1'],
    ['::/1', '8000::/1'],
    ['::ffff:0:0/96'],
    ['0.0.0.0/1', '::ffff:128.0.0.0/97'],
  ]) {
    t.ok(isEverybody(ranges), ranges.join());
  }
  for (const ranges of [
    [],
    ['0.0.0.0/1'],
    ['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3'],
    ['::/1'],
    ['0.0.0.0'],
    ['::ffff:0:0/97'],
  ]) {
    t.notOk(isEverybody(ranges), ranges.join());
  }
  t.end();
});
