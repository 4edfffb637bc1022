import { createServer } from 'node:http';
import t from '../../helpers/tap.ts';

t.test('a server that nobody closes', async (t) => {
  await new Promise<void>((resolve) => createServer().listen(0, '127.0.0.1', resolve));
  t.pass('it listens');
});
