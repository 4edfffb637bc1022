import t from '../../helpers/tap.ts';

t.test('a timer that nobody clears', async (t) => {
  setInterval(() => undefined, 1_000);
  t.pass('it runs');
});
