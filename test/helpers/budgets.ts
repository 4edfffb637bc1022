import { BUDGET_NAMES, type BudgetLimits, budgetEntry } from '../../src/domain/budgets.ts';

/** Those of a service without settings. */
export const DEFAULT_LIMITS = Object.fromEntries(
  BUDGET_NAMES.map((name) => [name, budgetEntry(name).default]),
) as BudgetLimits;
