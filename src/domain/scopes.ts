export const SCOPES = [
  'workflows:read',
  'workflows:write',
  'executions:read',
  'executions:write',
  'logs:read',
  'logs:write',
  'n8n:read',
  'n8n:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Who makes a management call: one organization, with what it may do there. */
export interface Caller {
  organizationId: string;
  scopes: ReadonlySet<Scope>;
  /** Recorded as triggeredBy: `api_key:<id>` or `admin`. */
  name: string;
  /** When the key stops working; null: never. */
  expiresAt: Date | null;
}

/** Those of `asked` that somebody who holds `held` has not. `admin` includes all. */
export const lackingScopes = (held: ReadonlySet<Scope>, asked: readonly Scope[]): Scope[] =>
  held.has('admin') ? [] : asked.filter((scope) => !held.has(scope));
