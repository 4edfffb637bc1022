import type { FastifyRequest } from 'fastify';
import { parseId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { Caller, Scope } from '../../domain/scopes.ts';
import type { App } from '../app.ts';

export type AuthResult =
  | { status: 'ok'; caller: Caller }
  | { status: 'unauthorized' }
  | { status: 'organization_not_found' };

/** Finds out who holds `key`. `organizationId` is the canonical id from x-organization-id, when one was sent. */
export type Authenticate = (key: string, organizationId: string | undefined) => Promise<AuthResult>;

type RequireScope = (request: FastifyRequest) => Promise<void>;

declare module 'fastify' {
  interface FastifyInstance {
    authenticate: Authenticate;
  }
  interface FastifyRequest {
    /** Set by `requireScope`; only routes that have it may look. */
    caller: Caller;
  }
}

const scopes = new WeakMap<RequireScope, Scope>();

/** The scope that a hook made by `requireScope` asks for: the API description tells it. */
export const scopeOf = (hook: unknown): Scope | undefined =>
  typeof hook === 'function' ? scopes.get(hook as RequireScope) : undefined;

export function registerAuthentication(app: App, authenticate: Authenticate): void {
  app.decorate('authenticate', authenticate);
  app.decorateRequest('caller');
}

/** An onRequest hook that lets only callers with this scope through, and sets `request.caller`. */
export function requireScope(scope: Scope): RequireScope {
  const hook: RequireScope = async (request) => {
    const key = keyOf(request);
    if (key === null) throw unauthorized();
    const result = await request.server.authenticate(key, organizationOf(request));
    if (result.status === 'unauthorized') throw unauthorized();
    if (result.status === 'organization_not_found') throw new Problem('organization_not_found');
    const { caller } = result;
    if (!caller.scopes.has(scope) && !caller.scopes.has('admin')) {
      throw new Problem('insufficient_scope', {
        detail: `This call needs an API key with the scope "${scope}".`,
      });
    }
    request.caller = caller;
  };
  scopes.set(hook, scope);
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
