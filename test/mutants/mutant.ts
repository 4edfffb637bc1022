/** A mistake of one line that somebody could make, and the tests that must notice it. */
export interface Mutant {
  /** What is broken by it. */
  promise: string;
  /** The source, and a text that stands in it exactly once. */
  file: string;
  replace: string;
  by: string;
  /** Test files that are run; at least one of them must fail. */
  killedBy: string[];
}
