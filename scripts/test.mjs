// What `npm test`, `npm run test:fault` and `npm run test:soak` run: compiles, then hands over to the compiled runner.
import { fileURLToPath } from 'node:url';
import { compileTests } from './compile-tests.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
compileTests();
const { main } = await import('../build/test/runner/main.js');
process.exitCode = await main(process.argv.slice(2));
