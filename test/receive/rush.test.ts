import { Rush } from '../../src/receive/rush.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';

t.test('a rush is on while many rows share a commit, and a moment longer', async (t) => {
  const rush = new Rush();
  t.notOk(rush.isOn());
  rush.committed(1);
  rush.committed(15);
  t.notOk(rush.isOn(), 'a few senders are none');
  rush.committed(16);
  t.ok(rush.isOn());
  rush.committed(1);
  t.ok(rush.isOn(), 'not over between two batches');
  await eventually('it is over', () => !rush.isOn());
});
