import { decodeKey, decodeStrict } from '../../src/verify/encoding.ts';
import t from '../helpers/tap.ts';

t.test('hex: both cases, and nothing that Buffer.from would cut short', async (t) => {
  t.same(decodeStrict('00ffA5', 'hex'), Buffer.from([0, 255, 165]));
  for (const text of ['0', '00f', '00fg', '00 ff', '00ff\n', '0x00', 'zz', '００']) {
    t.equal(decodeStrict(text, 'hex'), null, JSON.stringify(text));
  }
});

t.test('base64: its own alphabet, its padding, no spare bits', async (t) => {
  t.same(decodeStrict('+/8=', 'base64'), Buffer.from([251, 255]));
  for (const text of ['+/8', '-_8=', '+/9=', '+/8==', '+/8=A', ' +/8=', '+/8=\n', '+', '====']) {
    t.equal(decodeStrict(text, 'base64'), null, JSON.stringify(text));
  }
});

t.test('base64url: its own alphabet, padding correct or absent', async (t) => {
  t.same(decodeStrict('-_8', 'base64url'), Buffer.from([251, 255]));
  t.same(decodeStrict('-_8=', 'base64url'), Buffer.from([251, 255]));
  t.same(decodeStrict('-w==', 'base64url'), Buffer.from([251]));
  t.same(decodeStrict('-_8A', 'base64url'), Buffer.from([251, 255, 0]));
  for (const text of ['+/8', '-_8==', '-_9', '-_8A====', '-_8A=', '-w=', 'A===', '====', '-_8 ']) {
    t.equal(decodeStrict(text, 'base64url'), null, JSON.stringify(text));
  }
});

t.test('a key is never empty', async (t) => {
  t.equal(decodeKey('', 'utf8'), null);
  t.equal(decodeKey('', 'hex'), null);
  t.equal(decodeKey('', 'base64'), null);
  t.equal(decodeKey('not hex', 'hex'), null);
  t.same(decodeKey('é', 'utf8'), Buffer.from([0xc3, 0xa9]));
});
