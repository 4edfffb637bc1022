import t from '../../helpers/tap.ts';

t.setTimeout(5_000);

t.test('one that never ends', async () => {
  console.log('the last words before it hangs');
  for (;;);
});
