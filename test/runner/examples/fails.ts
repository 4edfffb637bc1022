import t from '../../helpers/tap.ts';

t.test('the outer one', async (t) => {
  t.pass('this holds');
  await t.test('the inner one', async (t) => {
    t.equal(1, 2, 'one is two');
  });
});
