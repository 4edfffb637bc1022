import { currentFile, type Test } from './tap.ts';

export interface Lending<T> {
  /** Makes one for a file; it is torn down with the file's own test. */
  make: (file: Test) => Promise<T>;
  /** Makes a used one as good as new; false: it cannot be. */
  renew: (thing: T) => Promise<boolean>;
}

/**
 * What is dear to make is made once for a file, and lent to one test after the other. A test that begins while
 * another still has it (the one that it is a part of, say) gets one of its own.
 */
export function createLender<T>({ make, renew }: Lending<T>): (t: Test) => Promise<T> {
  const returned = new WeakMap<Test, T[]>();
  return async (t) => {
    const file = currentFile();
    const idle = returned.get(file) ?? [];
    returned.set(file, idle);
    let thing = idle.pop();
    if (thing !== undefined && !(await renew(thing))) thing = undefined;
    const lent = thing ?? (await make(file));
    t.teardown(() => idle.push(lent));
    return lent;
  };
}
