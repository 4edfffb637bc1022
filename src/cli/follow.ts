import type { WebhookLogSummary } from '../http/schemas/webhook-logs.ts';
import type { Page, Query } from './client.ts';

export type LogPage = (query: Query) => Promise<Page<WebhookLogSummary>>;

/**
 * Ids are made when a request arrives, and rows show when their commit is done: a row may turn up below one that
 * was shown already. Commits take milliseconds, so most looks go back only a little; INGEST_TIMEOUT_MS lets them
 * take a minute, so now and then one goes back further than that.
 */
const NEAR_MS = 5_000;
const FAR_MS = 90_000;
const FAR_EVERY = 10;
const PAGE = 200;
/** How far to look for a few lines to begin with, when hardly anything fits the filter. */
const BEGIN_PAGES = 5;

/** Reads a list that is newest first as one that goes on: every row once, whenever it turns up. */
export class Follower {
  readonly #page: LogPage;
  readonly #filter: Query;
  /** What was handed out, with its time, as far back as anybody looks. */
  readonly #seen = new Map<string, number>();
  /** What arrived before this was there before us. */
  #floorMs = 0;
  /** The newest row of all, in or out of the filter: the time of the service, whose clock need not be ours. */
  #newestMs = 0;
  #looks = 0;

  constructor(page: LogPage, filter: Query) {
    this.#page = page;
    this.#filter = filter;
  }

  /** The last `count` (200 at the most) of what is there, oldest first. What arrives from now on is for `next`. */
  async begin(count: number): Promise<WebhookLogSummary[]> {
    this.#newestMs = await this.#findNewest();
    // What arrived a moment ago, and is not committed yet, still counts as new.
    this.#floorMs = this.#newestMs - NEAR_MS;
    this.#remember(await this.#since(this.#floorMs));
    const last = await this.#last(count);
    this.#remember(last);
    return last.reverse();
  }

  /** Everything that has turned up since, oldest first. */
  async next(): Promise<WebhookLogSummary[]> {
    this.#looks += 1;
    const lookBackMs = this.#looks % FAR_EVERY === 0 ? FAR_MS : NEAR_MS;
    const sinceMs = Math.max(this.#floorMs, this.#newestMs - lookBackMs);
    // Before the rows: what arrives in between is found now, and looked for again.
    const newestMs = await this.#findNewest();
    const logs = await this.#since(sinceMs);
    const fresh = logs.filter((log) => !this.#seen.has(log.id)).reverse();
    this.#remember(fresh);
    this.#newestMs = Math.max(this.#newestMs, newestMs);
    for (const [id, ms] of this.#seen) if (ms < this.#newestMs - FAR_MS) this.#seen.delete(id);
    return fresh;
  }

  #remember(logs: WebhookLogSummary[]): void {
    for (const log of logs) this.#seen.set(log.id, timeOf(log));
  }

  async #findNewest(): Promise<number> {
    const [newest] = (await this.#page({ limit: 1 })).data;
    return newest === undefined ? 0 : timeOf(newest);
  }

  async #since(ms: number): Promise<WebhookLogSummary[]> {
    const query = { ...this.#filter, from: new Date(Math.max(0, ms)).toISOString(), limit: PAGE };
    return this.#collect(query, () => false);
  }

  async #last(count: number): Promise<WebhookLogSummary[]> {
    if (count === 0) return [];
    const isEnough = (logs: WebhookLogSummary[], pages: number) =>
      logs.length >= count || pages === BEGIN_PAGES;
    return (await this.#collect({ ...this.#filter, limit: count }, isEnough)).slice(0, count);
  }

  /** A page may be short, or empty, and not be the last one: the service looks at so many rows and no more. */
  async #collect(query: Query, isEnough: (logs: WebhookLogSummary[], pages: number) => boolean) {
    const logs: WebhookLogSummary[] = [];
    let cursor: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await this.#page({ ...query, cursor });
      logs.push(...page.data);
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined || isEnough(logs, pages)) return logs;
    }
  }
}

/** Milliseconds in the id, a UUIDv7, by which the list is ordered. */
const timeOf = ({ id }: WebhookLogSummary): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
