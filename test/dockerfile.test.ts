import { readFile } from 'node:fs/promises';
import { checkoutUrl } from './helpers/checkout.ts';
import t from './helpers/tap.ts';

const linesOf = async (file: string) => (await readFile(new URL(file, checkoutUrl), 'utf8')).split('\n');
const argumentsOf = (lines: string[], instruction: string) =>
  lines.flatMap((line) => (line.startsWith(`${instruction} `) ? [line.split(' ').slice(1)] : []));

t.test('what the image is made from is named by its digest', async (t) => {
  const stages = new Set<string>();
  const from = argumentsOf(await linesOf('Dockerfile'), 'FROM');
  t.ok(from.length > 1);
  for (const [image = '', , name] of from) {
    t.ok(stages.has(image) || /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/.test(image), image);
    if (name) stages.add(name);
  }
});

t.test('what is copied into the image is there, and nothing else is sent to whoever builds it', async (t) => {
  const [ignored, ...sent] = (await linesOf('.dockerignore')).filter((line) => line !== '');
  t.equal(ignored, '**');
  const copied = argumentsOf(await linesOf('Dockerfile'), 'COPY').flatMap((words) =>
    words[0]?.startsWith('--from=') ? [] : words.slice(0, -1),
  );
  t.ok(copied.includes('src'));
  for (const path of copied) t.ok(sent.includes(`!${path}`), path);
});

t.test('the service runs as a user that may change none of its files', async (t) => {
  const lines = await linesOf('Dockerfile');
  t.same(argumentsOf(lines, 'USER'), [['node']]);
  t.notOk(lines.some((line) => line.includes('--chown')));
});
