import t from '../../helpers/tap.ts';

t.setTimeout(5_000);

t.test('one that waits for ever', async () => {
  console.log('the last words before it waits');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
