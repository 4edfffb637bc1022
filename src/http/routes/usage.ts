import { budgetEntry, NEARLY_USED_UP } from '../../domain/budgets.ts';
import type { Budgets, BudgetUse } from '../../runtime/budgets.ts';
import type { App } from '../app.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { Usage } from '../schemas/usage.ts';

/** What each budget is, and how much of it is used: `/api/usage`. */
export const usageRoutes =
  ({ budgets }: { budgets: Budgets }) =>
  async (app: App) => {
    app.get(
      '/api/usage',
      {
        onRequest: requireScope('logs:read'),
        schema: {
          operationId: 'getUsage',
          tags: ['Organizations'],
          summary: 'Show what is used of each budget',
          description:
            'What an organization can make expensive has a limit, so that it harms no other. This shows those of your organization: how much there is, how much is used, and how often somebody was turned away. The admin key without `x-organization-id` sees those of its own and of all organizations that use any, and the budgets that are of no organization. A limit is a setting of the service; the admin key can give an organization another with `PATCH /api/organizations/:id`.',
          response: { 200: Usage },
        },
      },
      async (request) => {
        const { caller, headers } = request;
        const seesAll = caller.name === 'admin' && headers['x-organization-id'] === undefined;
        const { organizationId } = caller;
        const organizations = new Set([organizationId, ...(seesAll ? budgets.organizations() : [])]);
        const uses = [...organizations].flatMap((id) => budgets.ofOrganization(id));
        return { data: [...(seesAll ? budgets.shared() : []), ...uses].map(view) };
      },
    );
  };

function view(use: BudgetUse): Usage['data'][number] {
  const { unit, description, setting, whenUsedUp } = budgetEntry(use.budget);
  const nearlyUsedUp = use.used >= use.limit * NEARLY_USED_UP;
  return {
    ...use,
    nearlyUsedUp,
    used: Math.round(use.used * 10) / 10,
    unit,
    description,
    setting,
    whenUsedUp,
  };
}
