import { LastUse } from '../../src/operate/last-use.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';

function open(mark: (ids: string[]) => Promise<void> = async () => undefined) {
  const marked: string[][] = [];
  const errors: unknown[] = [];
  const usage = new LastUse({
    mark: (ids) => {
      marked.push(ids);
      return mark(ids);
    },
    onError: (error) => errors.push(error),
  });
  return { usage, marked, errors };
}

t.test('however often something is used, it is written once', async (t) => {
  const { usage, marked } = open();
  for (const id of ['a', 'b', 'a', 'a']) usage.used(id);
  await eventually('it is written', () => marked.length > 0);
  usage.used('a');
  usage.used('c');
  await usage.close();
  t.same(marked, [['a', 'b'], ['c']]);
  usage.used('d');
  await usage.close();
  t.equal(marked.length, 2, 'nothing after the end');
});

t.test('what could not be written is written at the next use', async (t) => {
  const error = new Error('away');
  let away = true;
  const { usage, marked, errors } = open(async () => {
    if (away) throw error;
  });
  usage.used('a');
  await eventually('it failed', () => errors.length > 0);
  away = false;
  usage.used('a');
  await usage.close();
  t.same(marked, [['a'], ['a']]);
  t.same(errors, [error]);
});
