// Runs the built service, and builds it first when the sources are newer: `npm start` works right after
// `npm ci`, and costs nothing where the image was built beforehand.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const entry = new URL('dist/src/main.js', root);

const newest = (folder) =>
  readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
    .filter((file) => file.name.endsWith('.ts'))
    .reduce(
      (latest, file) => Math.max(latest, statSync(`${file.parentPath ?? file.path}/${file.name}`).mtimeMs),
      0,
    );

function isCurrent() {
  if (!existsSync(entry)) return false;
  if (!existsSync(new URL('src', root))) return true;
  return statSync(entry).mtimeMs >= Math.max(newest('src'), newest('migrations'));
}

if (!isCurrent()) {
  console.error('  Building (first start, or the sources changed)');
  const require = createRequire(import.meta.url);
  const tsc = fileURLToPath(new URL('bin/tsc', `file://${require.resolve('typescript/package.json')}`));
  const built = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

await import(entry.href);
