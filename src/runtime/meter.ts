/** How much of one budget is used, by whom. */
export interface Meter {
  used(key: string): number;
  /** Those who use something of it, or did lately. */
  keys(): Iterable<string>;
}
