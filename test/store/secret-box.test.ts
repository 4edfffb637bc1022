import { randomBytes } from 'node:crypto';
import { createSecretBox } from '../../src/store/secret-box.ts';
import t from '../helpers/tap.ts';

const key = randomBytes(32);
const box = createSecretBox(key);

t.test('what was sealed opens again, and never looks the same twice', (t) => {
  for (const secret of ['x', 'whsec_abc', 'caf\u00e9 \u{1f4a9} \0', 'y'.repeat(10_000)]) {
    const sealed = box.seal(secret, 'row-1');
    t.equal(box.open(sealed, 'row-1'), secret);
    // A single byte is among random ones by chance.
    if (secret.length > 1) t.notOk(sealed.ciphertext.includes(secret));
    t.notSame(box.seal(secret, 'row-1').ciphertext, sealed.ciphertext);
  }
  t.end();
});

t.test('a ciphertext that was moved, changed or cut does not open', (t) => {
  const sealed = box.seal('secret', 'row-1');
  t.throws(() => box.open(sealed, 'row-2'));
  for (let i = 0; i < sealed.ciphertext.length; i++) {
    const changed = Buffer.from(sealed.ciphertext);
    changed[i] = (changed[i] ?? 0) ^ 1;
    t.throws(() => box.open({ ...sealed, ciphertext: changed }, 'row-1'), `byte ${i}`);
  }
  for (const length of [0, 5, 12, 20, 28, sealed.ciphertext.length - 1]) {
    const cut = sealed.ciphertext.subarray(0, length);
    t.throws(() => box.open({ ...sealed, ciphertext: cut }, 'row-1'), `${length} bytes`);
  }
  t.end();
});

t.test('while the key is changed the one before still opens', (t) => {
  const old = box.seal('secret', 'row-1');
  const rotated = createSecretBox(randomBytes(32), key);
  t.equal(rotated.open(old, 'row-1'), 'secret');
  const fresh = rotated.seal('secret', 'row-1');
  t.not(fresh.encryptionKeyId, old.encryptionKeyId, 'new ones are sealed under the new key');
  t.throws(() => box.open(fresh, 'row-1'), /neither ENCRYPTION_KEY nor ENCRYPTION_KEY_PREVIOUS/);
  t.throws(
    () => createSecretBox(randomBytes(32)).open(old, 'row-1'),
    new RegExp(`under key ${old.encryptionKeyId}`),
  );
  t.end();
});

t.test('no error shows the key or the secret', (t) => {
  const sealed = box.seal('the-secret', 'row-1');
  for (const open of [
    () => box.open(sealed, 'row-2'),
    () => createSecretBox(randomBytes(32)).open(sealed, 'row-1'),
  ]) {
    const { message } = t.throws(open) as unknown as Error;
    t.notOk(message.includes('the-secret') || message.includes(key.toString('base64')));
  }
  t.end();
});
