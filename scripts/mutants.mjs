// What `npm run test:mutants` runs: for each mistake in test/mutants, whether the tests notice it.
import { fileURLToPath } from 'node:url';
import { compileTests } from './compile-tests.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
compileTests();
const { main } = await import('../build/test/mutants/main.js');
process.exitCode = await main(process.argv.slice(2));
