export { DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
