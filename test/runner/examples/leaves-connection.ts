import { connect, createServer } from 'node:net';
import t from '../../helpers/tap.ts';

t.test('a connection that nobody closes', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => connect(port, '127.0.0.1').once('connect', resolve as () => void));
  server.close();
  t.pass('it is open');
});
