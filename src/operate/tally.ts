import { Counter, type Registry } from 'prom-client';

/** One series of a tally. Add to `count`. */
export interface TallySeries {
  count: number;
}

export interface TallyOptions<L extends string> {
  registry: Registry;
  name: string;
  help: string;
  labelNames: readonly L[];
}

/**
 * A counter for hot paths: counting is one addition on a series taken once. prom-client's own counters
 * sort and hash their labels at every increment, also through `labels()`.
 */
export class Tally<L extends string> {
  readonly #series = new Map<string, TallySeries & { labels: Record<L, string> }>();

  constructor({ registry, name, help, labelNames }: TallyOptions<L>) {
    const all = this.#series;
    new Counter({
      registers: [registry],
      name,
      help,
      labelNames,
      collect() {
        this.reset();
        for (const { labels, count } of all.values()) this.inc(labels, count);
      },
    });
  }

  series(labels: Record<L, string>): TallySeries {
    const key = JSON.stringify(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = { labels, count: 0 };
      this.#series.set(key, series);
    }
    return series;
  }
}

/** A function that counts one under its argument, without allocating when it has counted it before. */
export function countBy(seriesOf: (value: string) => TallySeries): (value: string) => void {
  const known = new Map<string, TallySeries>();
  return (value) => {
    let series = known.get(value);
    if (!series) {
      series = seriesOf(value);
      known.set(value, series);
    }
    series.count++;
  };
}
