import { type Static, type TInteger, Type } from 'typebox';
import { int } from './config-values.ts';
import { BUDGET_NAMES, BUDGETS, type BudgetLimits, budgetEntry } from './domain/budgets.ts';

type BudgetSetting = (typeof BUDGETS)[keyof typeof BUDGETS]['setting'];

/** The settings of the budgets, as parts of all settings. */
export const BudgetEnvironment = Object.fromEntries(
  Object.values(BUDGETS).map((entry) => [entry.setting, int(entry.default, entry.minimum, entry.maximum)]),
) as Record<BudgetSetting, TInteger>;
const Environment = Type.Object(BudgetEnvironment);

export const budgetLimits = (env: Static<typeof Environment>): BudgetLimits =>
  Object.fromEntries(
    BUDGET_NAMES.map((name) => [name, env[budgetEntry(name).setting as BudgetSetting]]),
  ) as BudgetLimits;
