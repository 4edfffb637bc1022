import { type Static, Type } from 'typebox';
import { type BudgetName, budgetEntry, ORGANIZATION_BUDGETS } from '../../domain/budgets.ts';
import { Id, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/organizations.ts';
import { Name } from './text.ts';

export const OrganizationInput = Type.Object(
  {
    name: Name,
    slug: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 63,
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
        description:
          'A name for programs, which never changes and no other organization has. Made from the name when left out.',
      }),
    ),
  },
  { title: 'OrganizationInput', additionalProperties: false, examples: [examples.organizationInput] },
);

const OwnLimit = (name: BudgetName) => {
  const { minimum, maximum, description, unit } = budgetEntry(name);
  return Nullable(Type.Integer({ minimum, maximum, description: `${description} In ${unit}.` }));
};

const OwnBudgets = Type.Partial(
  Type.Object(
    Object.fromEntries(ORGANIZATION_BUDGETS.map((name) => [name, OwnLimit(name)])) as Record<
      BudgetName,
      ReturnType<typeof OwnLimit>
    >,
  ),
  {
    title: 'OwnBudgets',
    additionalProperties: false,
    description: 'Limits of its own, by the name of the budget. null: that of the settings.',
    examples: [examples.ownBudgets],
  },
);

export const OrganizationChanges = Type.Object(
  { name: Type.Optional(Name), budgets: Type.Optional(OwnBudgets) },
  {
    title: 'OrganizationChanges',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ name: 'Shop of shops' }, { budgets: examples.ownBudgets }],
  },
);

export const Organization = Type.Object(
  {
    id: Id,
    name: Type.String(),
    slug: Type.String(),
    budgets: Type.Record(Type.String(), Type.Number(), {
      description: 'The limits that it has instead of those of the settings.',
    }),
    createdAt: Timestamp,
  },
  { title: 'Organization', description: 'A tenant of this service.', examples: [examples.organization] },
);
export type Organization = Static<typeof Organization>;
