import t from '../../helpers/tap.ts';

t.test('one that ends its process', async (t) => {
  console.log('the last words before the crash');
  t.pass('so far so good');
  process.exit(7);
});
