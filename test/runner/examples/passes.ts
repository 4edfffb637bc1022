import t from '../../helpers/tap.ts';

t.test('one that holds', async (t) => {
  t.equal(1, 1);
  t.pass('what this machine has not', { skip: 'there is no such thing here' });
});
