// Writes test/client/api.d.ts, the types of openapi.yaml for openapi-fetch: what a user of the API would generate.
// With --check: exits 1 when it is not current.
//
// openapi-typescript prints types with the compiler's own API, which TypeScript 7, the compiler here, no longer has:
// it is given TypeScript 5, which is installed beside it as `typescript-5` for this and for what has to compile one file.
import { readFile, writeFile } from 'node:fs/promises';
import { register } from 'node:module';

const hook = `export const resolve = (specifier, context, next) =>
  next(specifier === 'typescript' ? 'typescript-5' : specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`, import.meta.url);
const { default: openapiTS, astToString } = await import('openapi-typescript');

const description = new URL('../openapi.yaml', import.meta.url);
const types = new URL('../test/client/api.d.ts', import.meta.url);

// What has a default may be left out of a request: `defaultNonNullable` would ask for it.
const HEADER = '// Generated from openapi.yaml by "npm run client-types".\n\n';
const current = HEADER + astToString(await openapiTS(description, { defaultNonNullable: false }));

if (!process.argv.includes('--check')) {
  await writeFile(types, current);
} else if ((await readFile(types, 'utf8').catch(() => '')) !== current) {
  console.error('test/client/api.d.ts is not current: run "npm run client-types".');
  process.exitCode = 1;
}
