import { validate, version } from 'uuid';
import { newId, newWorkflowId, parseId } from '../../src/domain/ids.ts';
import t from '../helpers/tap.ts';

t.test('ids rise strictly and carry the time', async (t) => {
  const before = Date.now();
  const ids = Array.from({ length: 50_000 }, newId);
  const after = Date.now();
  t.ok(ids.every((id) => validate(id) && version(id) === 7));
  t.ok(ids.every((id, i) => i === 0 || (ids[i - 1] as string) < id));
  const timeOf = (id = '') => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  t.ok(timeOf(ids[0]) >= before && timeOf(ids.at(-1)) <= after);
  t.equal(new Set(ids.map((id) => id.slice(-12))).size, ids.length, 'their random ends differ');
});

t.test('a workflow id is random', async (t) => {
  t.equal(version(newWorkflowId()), 4);
});

t.test('an id is read in either case, and nothing else is read as one', async (t) => {
  t.equal(parseId('7D1B0A52-8A1B-4B71-9C5E-0D0B8C3C7A11'), '7d1b0a52-8a1b-4b71-9c5e-0d0b8c3c7a11');
  for (const text of [
    '',
    'x',
    '7d1b0a528a1b4b719c5e0d0b8c3c7a11',
    `${newId()} `,
    `{${newId()}}`,
    `${newId()}\n`,
  ]) {
    t.equal(parseId(text), null, JSON.stringify(text));
  }
});
