import { type Static, Type } from 'typebox';
import { BUDGET_NAMES } from '../../domain/budgets.ts';
import { Id, Nullable } from './common.ts';
import * as examples from './examples/usage.ts';

const BudgetUse = Type.Object(
  {
    budget: Type.Enum(BUDGET_NAMES, { type: 'string' }),
    organizationId: Nullable({
      ...Id,
      description: 'null: it is nobody in particular that has this budget.',
    }),
    description: Type.String({ description: 'What it is for.' }),
    unit: Type.String(),
    limit: Type.Number({ description: 'How much there is, in the unit.' }),
    used: Type.Number({
      description:
        'How much of it is used now. Of a budget that each address has: by the one that uses most.',
    }),
    nearlyUsedUp: Type.Boolean({ description: '80 percent or more of it is used.' }),
    refused: Type.Integer({
      description: 'How often somebody was turned away by it, since this process began.',
    }),
    setting: Type.String({ description: 'The setting of the service that has the limit.' }),
    whenUsedUp: Type.String({ description: 'What happens to whoever used it up.' }),
  },
  { title: 'BudgetUse', examples: [examples.budgetUse] },
);

export const Usage = Type.Object(
  { data: Type.Array(BudgetUse) },
  { title: 'Usage', description: 'As counted by the process that answers.' },
);
export type Usage = Static<typeof Usage>;
