import { sql } from 'kysely';
import { type BudgetLimits, type BudgetName, ORGANIZATION_BUDGETS } from '../domain/budgets.ts';
import type { Database } from './database.ts';

export type OwnBudgets = Partial<BudgetLimits>;

/** Only what there is today: a release may have left names of its own. */
export function knownBudgets(stored: Record<string, unknown>): OwnBudgets {
  return Object.fromEntries(
    ORGANIZATION_BUDGETS.flatMap((name): [BudgetName, number][] => {
      const limit = stored[name];
      return typeof limit === 'number' ? [[name, limit]] : [];
    }),
  );
}

/** Of the organizations that have any. */
export async function loadOwnLimits(db: Database): Promise<Map<string, OwnBudgets>> {
  const { rows } = await sql<{ id: string; budgets: Record<string, unknown> }>`
    SELECT id, budgets FROM organizations WHERE budgets <> '{}'`.execute(db);
  return new Map(rows.map(({ id, budgets }) => [id, knownBudgets(budgets)]));
}

export interface OwnLimitsOptions {
  load: () => Promise<Map<string, OwnBudgets>>;
  onError: (error: unknown) => void;
}

const RETRY_MS = 1_000;

/**
 * The limits that organizations have of their own, all in memory: they are asked for at each webhook. Read again
 * whenever one changes, and whenever changes may have been missed. Until they are read, the settings hold.
 */
export class OwnLimits {
  readonly #options: OwnLimitsOptions;
  #limits = new Map<string, OwnBudgets>();
  #reading: Promise<void> | null = null;
  #isStale = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OwnLimitsOptions) {
    this.#options = options;
  }

  of(organizationId: string): OwnBudgets | undefined {
    return this.#limits.get(organizationId);
  }

  invalidate(): void {
    this.#isStale = true;
    if (this.#isStopped) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
  }

  clear(): void {
    this.invalidate();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#isStale && !this.#isStopped) {
      this.#isStale = false;
      try {
        this.#limits = await this.#options.load();
      } catch (error) {
        this.#options.onError(error);
        clearTimeout(this.#timer);
        if (!this.#isStopped) this.#timer = setTimeout(() => this.invalidate(), RETRY_MS);
      }
    }
  }
}
