import { spawn } from 'node:child_process';
import t from '../../helpers/tap.ts';

t.test('a process that nobody ends', async (t) => {
  // Detached, and not waited for: nothing in this process tells of it.
  const child = spawn('sleep', ['3600'], { detached: true, stdio: 'ignore' });
  child.unref();
  t.pass('it runs');
});
