import type { FastifyRequest } from 'fastify';
import { parseId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type Caller, lackingScopes, type Scope } from '../../domain/scopes.ts';
import type { App } from '../app.ts';

export type AuthResult =
  | { status: 'ok'; caller: Caller }
  | { status: 'unauthorized' }
  | { status: 'organization_not_found' }
  | { status: 'too_many_unknown_names'; retryAfterSeconds: number };

/**
 * Finds out who holds `key`. `organizationId` is the canonical id from x-organization-id, when one was sent; `address`:
 * where the caller is.
 */
export type Authenticate = (
  key: string,
  organizationId: string | undefined,
  address: string,
) => Promise<AuthResult>;

type AuthHook = (request: FastifyRequest) => Promise<void>;

/** What a route asks of its callers: scopes, all of them, or the key of the service itself. */
export type Requirement = readonly Scope[] | readonly ['admin_key'];

declare module 'fastify' {
  interface FastifyInstance {
    authenticate: Authenticate;
  }
  interface FastifyRequest {
    /** Set by `requireScope` and `requireAdminKey`; only routes that have one of them may look. */
    caller: Caller;
  }
}

const requirements = new WeakMap<AuthHook, readonly Requirement[]>();

/** What a hook made here asks for, any of these: the API description tells it. */
export const requirementsOf = (hook: unknown): readonly Requirement[] | undefined =>
  typeof hook === 'function' ? requirements.get(hook as AuthHook) : undefined;

export function registerAuthentication(app: App, authenticate: Authenticate): void {
  app.decorate('authenticate', authenticate);
  app.decorateRequest('caller');
}

/** An onRequest hook that lets only callers with all of these scopes through, and sets `request.caller`. */
export function requireScope(...asked: [Scope, ...Scope[]]): AuthHook {
  const named = asked.map((scope) => `"${scope}"`).join(' and ');
  const detail = `This call needs an API key with the ${asked.length === 1 ? 'scope' : 'scopes'} ${named}.`;
  return authHook([asked], ({ scopes }) => (lackingScopes(scopes, asked).length === 0 ? null : detail));
}

/**
 * For what a call asks for only when its body has it.
 * @param part what that is, as a caller writes it
 * @throws Problem insufficient_scope
 */
export function requireFor(part: string, caller: Caller, ...asked: [Scope, ...Scope[]]): void {
  const lacking = lackingScopes(caller.scopes, asked);
  if (lacking.length === 0) return;
  const named = asked.map((scope) => `"${scope}"`).join(' and ');
  throw new Problem('insufficient_scope', {
    detail: `With "${part}" this call needs an API key that has ${named} too.`,
  });
}

/** The same for a route about objects of several kinds: one of the scopes is enough to ask about those of its kind. */
export function requireAnyScope(...asked: [Scope, ...Scope[]]): AuthHook {
  const detail = `This call needs an API key with the scope ${asked.map((scope) => `"${scope}"`).join(' or ')}.`;
  const alternatives = asked.map((scope): readonly Scope[] => [scope]);
  return authHook(alternatives, ({ scopes }) =>
    alternatives.some((one) => lackingScopes(scopes, one).length === 0) ? null : detail,
  );
}

/**
 * An onRequest hook that lets only the key of the service itself through, and sets `request.caller`. A key with
 * the scope `admin` is not enough: that rules one organization, and this is about all of them.
 */
export function requireAdminKey(): AuthHook {
  return authHook([['admin_key']], ({ name }) =>
    name === 'admin'
      ? null
      : 'This call needs the admin key of the service: no key of an organization will do.',
  );
}

/** `refuse` says why a caller may not come in; null: it may. */
function authHook(alternatives: readonly Requirement[], refuse: (caller: Caller) => string | null): AuthHook {
  const hook: AuthHook = async (request) => {
    const key = keyOf(request);
    if (key === null) throw unauthorized();
    const address: string | undefined = request.ip;
    // The caller hung up already, and with it went its address.
    if (address === undefined) throw new Problem('bad_request');
    const result = await request.server.authenticate(key, organizationOf(request), address);
    if (result.status === 'unauthorized') throw unauthorized();
    if (result.status === 'organization_not_found') throw new Problem('organization_not_found');
    if (result.status === 'too_many_unknown_names') {
      throw new Problem(result.status, { headers: { 'retry-after': String(result.retryAfterSeconds) } });
    }
    const { caller } = result;
    const detail = refuse(caller);
    if (detail !== null) throw new Problem('insufficient_scope', { detail });
    request.caller = caller;
  };
  requirements.set(hook, alternatives);
  return hook;
}

const unauthorized = () => new Problem('unauthorized', { headers: { 'www-authenticate': 'Bearer' } });

/** The token of `Authorization: Bearer <token>`; null when the header is absent or of another kind. */
export function bearerToken(request: FastifyRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function keyOf(request: FastifyRequest): string | null {
  const header = request.headers['x-api-key'];
  return bearerToken(request) ?? (typeof header === 'string' && header !== '' ? header : null);
}

function organizationOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-organization-id'];
  if (header === undefined) return undefined;
  const id = parseId(String(header));
  if (id !== null) return id;
  throw new Problem('validation_failed', {
    errors: [{ pointer: '/headers/x-organization-id', detail: 'must be the id of an organization' }],
  });
}
