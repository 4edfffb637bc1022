import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The top of the checkout, whether this is a source or what was compiled of it. */
export const checkoutUrl: URL = top(new URL('.', import.meta.url));
export const checkout: string = fileURLToPath(checkoutUrl);

/**
 * How to run one of our programs with Node: its arguments for a source such as `src/main.ts`, which was compiled if
 * this was.
 */
export function programArguments(source: string): string[] {
  if (import.meta.url.endsWith('.ts'))
    return [`--import=${import.meta.resolve('tsx')}`, `${checkout}${source}`];
  return [fileURLToPath(new URL(`../../${source.replace(/\.ts$/, '.js')}`, import.meta.url))];
}

/** Where a module of ours can be imported from, in a process that was started with these arguments for Node. */
export function moduleFor(source: string): { url: string; nodeArguments: string[] } {
  const given = programArguments(source);
  return { url: pathToFileURL(given.at(-1) ?? '').href, nodeArguments: given.slice(0, -1) };
}

function top(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : top(new URL('..', folder));
}
