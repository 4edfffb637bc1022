import { readdir, readFile } from 'node:fs/promises';
import { withBudgets } from '../scripts/docs-budgets.ts';
import { exists } from '../src/embedded/files.ts';
import { checkout, checkoutUrl } from './helpers/checkout.ts';
import t from './helpers/tap.ts';

const read = (file: string) => readFile(new URL(file, checkoutUrl), 'utf8');
const guides = (await readdir(new URL('docs/', checkoutUrl))).filter((name) => name.endsWith('.md'));
const quoted = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, words = '']) => words);

t.test('the budgets of the security model are those of the catalogue', async (t) => {
  const text = await read('docs/security.md');
  t.equal(text, withBudgets(text), 'or else: npm run docs:budgets');
});

for (const guide of guides) {
  t.test(`${guide} speaks of what there is`, async (t) => {
    const text = await read(`docs/${guide}`);
    const paths = quoted(text).filter((words) => /^(src|test|migrations|scripts|docs)\/\S+$/.test(words));
    for (const path of new Set(paths)) t.ok(await exists(`${checkout}${path}`), path);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
    for (const link of new Set(links)) t.ok(await exists(`${checkout}docs/${link}`), link);
    const settings = await read('.env.example');
    const named = quoted(text).flatMap(
      (words) => /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?$/.exec(words)?.[1] ?? [],
    );
    for (const setting of new Set(named)) t.match(settings, new RegExp(`^#?${setting}=`, 'm'), setting);
  });

  t.test(`the README leads to ${guide}`, async (t) => {
    t.ok((await read('README.md')).includes(`](docs/${guide})`));
  });
}
