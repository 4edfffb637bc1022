import { BUDGETS } from '../../../domain/budgets.ts';
import { IDS } from './ids.ts';

const { unit, description, setting, whenUsedUp } = BUDGETS.diagnosis_ms;

export const budgetUse = {
  budget: 'diagnosis_ms',
  organizationId: IDS.organization,
  description,
  unit,
  limit: BUDGETS.diagnosis_ms.default,
  used: 12.4,
  nearlyUsedUp: false,
  refused: 0,
  setting,
  whenUsedUp,
};
