import type { ExpressionShares } from '../dispatch/expressions/expressions.ts';
import type { Budgets } from '../runtime/budgets.ts';

/** How the evaluators are shared out over organizations, by the budgets. */
export function expressionShares(budgets: Budgets): ExpressionShares {
  const time = budgets.rate('expression_ms');
  return {
    spend: (owner, ms) => time.spend(owner, ms),
    isSpent: (owner) => !time.isLeft(owner),
    maxWaiting: (owner) => budgets.limit('waiting_expressions', owner),
    onRefused: (owner) => budgets.refused('waiting_expressions', owner),
    onOpen: (waiting) => void budgets.register('waiting_expressions', waiting),
  };
}
