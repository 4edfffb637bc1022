import { CREATED_AT, IDS, RECEIVED_AT } from './ids.ts';

export const organizationInput = { name: 'Shop', slug: 'shop' };
export const ownBudgets = { diagnosis_ms: 100 };

export const organization = {
  id: IDS.organization,
  name: 'Shop',
  slug: 'shop',
  budgets: ownBudgets,
  createdAt: CREATED_AT,
};

const scopes = ['workflows:read', 'executions:write'];

export const apiKeyInput = { name: 'checkout service', scopes, expiresAt: '2027-03-01T00:00:00.000Z' };

export const apiKey = {
  id: IDS.apiKey,
  name: 'checkout service',
  prefix: 'hg_k3VxQ',
  scopes,
  createdAt: CREATED_AT,
  expiresAt: '2027-03-01T00:00:00.000Z',
  lastUsedAt: RECEIVED_AT,
  revokedAt: null,
};

/** As the call that created it answers it. */
export const apiKeyCreated = { ...apiKey, key: 'hg_k3VxQ0example0key0that0opens0nothing', lastUsedAt: null };
