import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from '../../helpers/tap.ts';

t.test('a folder that nobody removes', async (t) => {
  await mkdtemp(join(tmpdir(), 'forgotten-'));
  t.pass('it is there');
});
