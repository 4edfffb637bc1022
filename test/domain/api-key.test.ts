import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { digestOf, isWellFormedKey, newApiKey, prefixOf } from '../../src/domain/api-key.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';

const KEY = /^hg_[0-9A-Za-z]{39}$/;
const ALPHABET = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
/** After `hg_`. */
const position = fc.integer({ min: 3, max: 41 });
const key = fc.constant(null).map(newApiKey);

const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);

t.test('a key has one form, and no two are the same', async (t) => {
  const keys = Array.from({ length: 2_000 }, newApiKey);
  for (const key of keys) {
    if (!KEY.test(key) || !isWellFormedKey(key)) t.fail(key);
  }
  t.equal(new Set(keys).size, keys.length);
  for (const digit of ALPHABET)
    t.ok(
      keys.some((key) => key.slice(4, 36).includes(digit)),
      digit,
    );
});

t.test('the form never changes: keys that were handed out go on', async (t) => {
  t.ok(isWellFormedKey('hg_00000000000000000000000000000000026BYXP'), 'the checksum is of the text');
  t.notOk(isWellFormedKey('hg_000000000000000000000000000000000000000'));
});

t.test('a mistyped character is found', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(key, position, fc.constantFrom(...ALPHABET, '_', '-', ' ', 'é'), (key, at, by) => {
        fc.pre(key[at] !== by);
        return !isWellFormedKey(replaced(key, at, by));
      }),
      { numRuns: fuzzRuns(5_000) },
    ),
  );
});

t.test('swapped characters are found', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(key, position, position, (key, one, other) => {
        fc.pre(key[one] !== key[other]);
        return !isWellFormedKey(replaced(replaced(key, one, key[other] ?? ''), other, key[one] ?? ''));
      }),
      { numRuns: fuzzRuns(5_000) },
    ),
  );
});

t.test('a key that was cut off, made longer or made up is none', async (t) => {
  const whole = newApiKey();
  for (let length = 3; length < whole.length; length++) t.notOk(isWellFormedKey(whole.slice(0, length)));
  for (const text of [`${whole}0`, `${whole}\n`, `${whole} `, 'hg_', `hg_${randomBytes(24).toString('hex')}`])
    t.notOk(isWellFormedKey(text), JSON.stringify(text));
  for (const text of ['', ` ${whole}`, whole.slice(3), whole.toUpperCase(), 'test_key', 'HG_x']) {
    t.notOk(isWellFormedKey(text), text);
  }
});

t.test('what is shown of a key is not enough to use it', async (t) => {
  const key = newApiKey();
  t.equal(prefixOf(key), key.slice(0, 11));
  t.notOk(isWellFormedKey(prefixOf(key)));
  t.equal(digestOf(key).length, 32);
  t.notSame(digestOf(key), digestOf(newApiKey()));
});
