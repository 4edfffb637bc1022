import root, { type Test } from 'tap';

export type { Test } from 'tap';

/** The test of the file that runs now: all that this file declares is a part of it. */
let current: Test = root;
let setLimit: (ms: number) => void = (ms) => root.setTimeout(ms);

/**
 * What a run of many files in one process says before it imports the next of them.
 *
 * @param onLimit Called when the file says, with `t.setTimeout`, how long it may take.
 */
export function enterFile(test: Test, onLimit: (ms: number) => void): void {
  current = test;
  setLimit = onLimit;
}

/** The test of the file that runs now. */
export const currentFile = (): Test => current;

/**
 * `t`, as tap exports it. tap has one for each process; here it is that of the file that runs, so that files which
 * share a process do not share tests, hooks and teardowns. In a file that is run by itself it is tap's own.
 */
const t: Test = new Proxy(root as Test, {
  get(_, name) {
    if (name === 'setTimeout') return setLimit;
    const value: unknown = Reflect.get(current, name);
    return typeof value === 'function' ? (...given: unknown[]) => value.apply(current, given) : value;
  },
  set: (_, name, value) => Reflect.set(current, name, value),
  has: (_, name) => Reflect.has(current, name),
});

export default t;
