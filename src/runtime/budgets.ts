import { LRUCache } from 'lru-cache';
import { BUDGET_NAMES, type BudgetLimits, type BudgetName, budgetEntry } from '../domain/budgets.ts';
import { ConcurrencyBudget } from './concurrency-budget.ts';
import { DailyBudget } from './daily-budget.ts';
import type { Meter } from './meter.ts';
import { RateBudget } from './rate-budget.ts';

export interface BudgetsOptions {
  /** Those of the settings. */
  limits: BudgetLimits;
  /** What the admin gave one organization instead. */
  ownLimits?: (organizationId: string) => Partial<BudgetLimits> | undefined;
  /** Milliseconds that only go forward. */
  now?: () => number;
  /** Milliseconds since 1970, for days. */
  clock?: () => number;
  /** Once a day for each: most of a daily budget is used. */
  onNearlyUsedUp?: (name: BudgetName, key: string, used: number, limit: number) => void;
}

/** What one of those that a budget is for has of it. */
export interface BudgetUse {
  budget: BudgetName;
  /** null: it is not an organization's. */
  organizationId: string | null;
  limit: number;
  used: number;
  /** How often somebody was turned away by it since this process began. */
  refused: number;
}

/** The one key of what belongs to nobody in particular. */
export const EVERYBODY = '*';

/** Of each budget. Beyond that, who was turned away longest ago is forgotten. */
const MAX_REFUSED = 10_000;

/** The budgets of this process: how much each has, and who was turned away. */
export class Budgets {
  readonly #limits: BudgetLimits;
  readonly #ownLimits: (organizationId: string) => Partial<BudgetLimits> | undefined;
  readonly #now: () => number;
  readonly #clock: () => number;
  readonly #onNearlyUsedUp: NonNullable<BudgetsOptions['onNearlyUsedUp']>;
  readonly #meters = new Map<BudgetName, Meter>();
  readonly #refused = new Map<BudgetName, { all: number; byKey: LRUCache<string, number> }>();

  constructor(options: BudgetsOptions) {
    const { limits, ownLimits = () => undefined, now = () => performance.now() } = options;
    this.#limits = limits;
    this.#ownLimits = ownLimits;
    this.#now = now;
    this.#clock = options.clock ?? Date.now;
    this.#onNearlyUsedUp = options.onNearlyUsedUp ?? (() => undefined);
    for (const name of BUDGET_NAMES) {
      this.#refused.set(name, { all: 0, byKey: new LRUCache({ max: MAX_REFUSED }) });
    }
  }

  /** @param key an organization's id, an address, or `EVERYBODY`, as the budget says. */
  limit(name: BudgetName, key: string): number {
    return this.#ownLimits(key)?.[name] ?? this.#limits[name];
  }

  /** The counter of a budget of the kind `concurrent`: the same for all who ask. */
  concurrent(name: BudgetName): ConcurrencyBudget {
    const made = this.#meters.get(name);
    if (made instanceof ConcurrencyBudget) return made;
    return this.register(
      name,
      new ConcurrencyBudget(
        (key) => this.limit(name, key),
        (key) => this.refused(name, key),
      ),
    );
  }

  /** The counter of a budget of the kind `rate`: the same for all who ask. */
  rate(name: BudgetName): RateBudget {
    const made = this.#meters.get(name);
    if (made instanceof RateBudget) return made;
    const { perSeconds = 1, burstSeconds = perSeconds } = budgetEntry(name);
    return this.register(
      name,
      new RateBudget({
        limit: (key) => this.limit(name, key),
        perSeconds,
        burstSeconds,
        onRefused: (key) => this.refused(name, key),
        now: this.#now,
      }),
    );
  }

  /** The counter of a budget of the kind `daily`: the same for all who ask. */
  daily(name: BudgetName): DailyBudget {
    const made = this.#meters.get(name);
    if (made instanceof DailyBudget) return made;
    return this.register(
      name,
      new DailyBudget({
        limit: (key) => this.limit(name, key),
        onRefused: (key) => this.refused(name, key),
        onNearlyUsedUp: (key, used, limit) => this.#onNearlyUsedUp(name, key, used, limit),
        now: this.#clock,
      }),
    );
  }

  /** For a counter that is made elsewhere. */
  register<M extends Meter>(name: BudgetName, meter: M): M {
    this.#meters.set(name, meter);
    return meter;
  }

  /** Counts somebody who was turned away. The counters made here do that themselves. */
  refused(name: BudgetName, key: string): void {
    const refused = this.#refused.get(name);
    if (!refused) return;
    refused.all++;
    refused.byKey.set(key, (refused.byKey.get(key) ?? 0) + 1);
  }

  /** All budgets that an organization has. */
  ofOrganization(organizationId: string): BudgetUse[] {
    return BUDGET_NAMES.filter((name) => budgetEntry(name).of === 'organization').map((name) =>
      this.#use(name, organizationId),
    );
  }

  /** The budgets that are nobody's in particular, or each address's: those of the one that uses most. */
  shared(): BudgetUse[] {
    return BUDGET_NAMES.filter((name) => budgetEntry(name).of !== 'organization').map((name) => ({
      budget: name,
      organizationId: null,
      limit: this.#limits[name],
      used: Math.max(0, ...this.#usedBy(name).values()),
      refused: this.#refused.get(name)?.all ?? 0,
    }));
  }

  /** Organizations that use something, or were turned away lately. */
  organizations(): string[] {
    const found = new Set<string>();
    for (const name of BUDGET_NAMES) {
      if (budgetEntry(name).of !== 'organization') continue;
      for (const [key, used] of this.#usedBy(name)) if (used > 0) found.add(key);
      for (const key of this.#refused.get(name)?.byKey.keys() ?? []) found.add(key);
    }
    return [...found].sort();
  }

  /** Of each budget, over all who have it. */
  totals(): { budget: BudgetName; used: number; refused: number }[] {
    return BUDGET_NAMES.map((name) => ({
      budget: name,
      used: [...this.#usedBy(name).values()].reduce((sum, used) => sum + used, 0),
      refused: this.#refused.get(name)?.all ?? 0,
    }));
  }

  #usedBy(name: BudgetName): Map<string, number> {
    const meter = this.#meters.get(name);
    return new Map(meter ? [...meter.keys()].map((key) => [key, meter.used(key)]) : []);
  }

  #use(name: BudgetName, key: string): BudgetUse {
    return {
      budget: name,
      organizationId: key,
      limit: this.limit(name, key),
      used: this.#meters.get(name)?.used(key) ?? 0,
      refused: this.#refused.get(name)?.byKey.get(key) ?? 0,
    };
  }
}
