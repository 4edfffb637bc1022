// Builds what is in dist/ when the sources are newer: `npm start` and `npx hookgate` work right after `npm ci`, and
// cost nothing where the image was built beforehand.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

const newest = (folder) =>
  readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
    .filter((file) => file.name.endsWith('.ts'))
    .reduce(
      (latest, file) => Math.max(latest, statSync(`${file.parentPath ?? file.path}/${file.name}`).mtimeMs),
      0,
    );

function isCurrent(entry) {
  if (!existsSync(entry)) return false;
  if (!existsSync(new URL('src', root))) return true;
  return statSync(entry).mtimeMs >= Math.max(newest('src'), newest('migrations'));
}

/** The URL of a built file, which is current. Ends the process when it cannot be built. */
export function built(file) {
  const entry = new URL(`dist/${file}`, root);
  if (isCurrent(entry)) return entry.href;
  console.error('  Building (first start, or the sources changed)');
  const require = createRequire(import.meta.url);
  const tsc = fileURLToPath(new URL('bin/tsc', `file://${require.resolve('typescript/package.json')}`));
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: fileURLToPath(root),
    // What it finds is no data: that of the commands is all there may be on standard output.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
  return entry.href;
}
