// Compiles the sources and the tests into build/, without checking types (`npm run typecheck` does that). What is
// unchanged since the last time is left as it is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const build = join(root, 'build');

/** Ends the process when the sources cannot be compiled. */
export function compileTests() {
  removeOrphans();
  const tsc = fileURLToPath(
    new URL('bin/tsc', `file://${createRequire(import.meta.url).resolve('typescript/package.json')}`),
  );
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.test.json'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** What was compiled of a file that is gone: a migration among them would still be run. */
function removeOrphans() {
  if (!existsSync(build)) return;
  for (const folder of ['src', 'test', 'migrations', 'scripts']) {
    if (!existsSync(join(build, folder))) continue;
    for (const file of readdirSync(join(build, folder), { recursive: true })) {
      if (!/\.js(\.map)?$/.test(file)) continue;
      const source = join(root, folder, file.replace(/\.js(\.map)?$/, '.ts'));
      if (!existsSync(source)) rmSync(join(build, folder, file));
    }
  }
}
