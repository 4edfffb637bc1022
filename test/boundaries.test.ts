import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkout } from './helpers/checkout.ts';
import t from './helpers/tap.ts';

const fixtures = join(checkout, 'test/fixtures/boundaries');
const biome = join(
  dirname(createRequire(import.meta.url).resolve('@biomejs/biome/package.json')),
  'bin/biome',
);

interface Report {
  summary: { errors: number; unchanged: number };
  diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
}

/** What Biome finds in a folder. */
function lint(cwd: string, path: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [biome, 'lint', '--reporter=json', '--max-diagnostics=none', path],
      { cwd, maxBuffer: 16 * 1_048_576 },
      (error, stdout) => (stdout === '' ? reject(error) : resolve(JSON.parse(stdout) as Report)),
    );
  });
}

/** The fixtures as files of src, where our settings hold for them, and nothing is left out. */
async function linted(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'hookgate-boundaries-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const settings = JSON.parse(await readFile(join(checkout, '.biome.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const here = { ...settings, $schema: undefined, vcs: undefined, files: { includes: ['**'] } };
  await writeFile(join(folder, 'biome.json'), JSON.stringify(here));
  await cp(fixtures, join(folder, 'src'), { recursive: true });
  return lint(folder, 'src');
}

const report = await linted();
const folders = await readdir(fixtures);

for (const folder of folders) {
  t.test(`src/${folder}`, async (t) => {
    const lines = (await readFile(join(fixtures, folder, 'broken.ts'), 'utf8')).split('\n');
    const wrong = lines.flatMap((line, i) =>
      /^(import|export)/.test(line) && !/allowed$/.test(line) ? [i + 1] : [],
    );
    const found = report.diagnostics
      .filter(({ category }) => category === 'lint/style/noRestrictedImports')
      .filter(({ location }) => location.path === `src/${folder}/broken.ts`)
      .map(({ location }) => location.start.line)
      .sort((a, b) => a - b);
    t.ok(wrong.length > 0);
    t.same(found, wrong, 'every import against a boundary is found, and no other');
  });
}

t.test('every folder has its boundaries', async (t) => {
  const sources = await readdir(join(checkout, 'src'), { withFileTypes: true });
  // The composition root, and the program that is made of it.
  const free = ['embedded', 'service'];
  const named = sources.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  t.same(
    named.filter((name) => !free.includes(name) && !folders.includes(name)),
    [],
  );
});

t.test('what is broken on purpose is no part of what is linted', async (t) => {
  const { summary, diagnostics } = await lint(checkout, 'test');
  t.ok(summary.unchanged > 0, 'the tests are linted');
  t.same(
    diagnostics.filter(({ location }) => location.path.includes('fixtures')),
    [],
  );
});
