import { randomUUID } from 'node:crypto';
import { newId } from '../../src/domain/ids.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import {
  alerted,
  BODIES,
  type CallAnswer,
  callAs,
  givenUp,
  INSTALLATION,
  newTenant,
  OBJECTS,
  received,
  type Tenant,
} from './tenancy-objects.ts';

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  requestBody?: object;
  parameters?: { name: string; in: string }[];
}

interface Route {
  method: string;
  /** As the description has it: with `{id}`. */
  path: string;
  operation: Operation;
}

const service = await startJourney(t, { env: { ALERT_INTERVAL_MS: '100' } });
const [one, other] = [await newTenant(t, service, 'One'), await newTenant(t, service, 'Other')];
const described = await describedRoutes();
/** Those about a single object. */
const routes = described.filter(({ path }) => path.includes('{'));

/** Every operation of the running service that asks for a key. */
async function describedRoutes(): Promise<Route[]> {
  const { body } = await service.api.call<{ paths: Record<string, Record<string, Operation>> }>(
    'GET',
    '/openapi.json',
  );
  return Object.entries(body.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .filter(({ operation }) => operation.security.length > 0);
}

const roleOf = ({ operation }: Route): string | undefined =>
  operation.security.flatMap((schemes) => Object.values(schemes).flat())[0];

/** The path as far as each of its parameters: what says which kind of object the parameter is. */
const prefixesOf = (path: string): string[] =>
  [...path.matchAll(/\{[^}]+\}/g)].map((match) => path.slice(0, match.index + match[0].length));

/** Puts one object for each parameter into a path. */
const filled = (path: string, ids: string[]): string =>
  ids.reduce((rest, id) => rest.replace(/\{[^}]+\}/, id), path);

function send({ method, path, operation }: Route, tenant: Tenant, ids: string[]): Promise<CallAnswer> {
  const body = operation.requestBody === undefined ? undefined : (BODIES[operation.operationId] ?? {});
  return callAs(tenant, { method, path: filled(path, ids), body });
}

/** An answer without what differs from call to call. */
const verdict = ({ status, json }: CallAnswer) => ({ status, code: json.code, detail: json.detail });

/** What an owner may be told when the object is there and its state is in the way. */
const isConflict = ({ status, json }: CallAnswer): boolean =>
  [409, 410, 412, 428].includes(status) || (status === 400 && json.code !== 'validation_failed');

t.test('the walk meets the whole API', async (t) => {
  t.ok(routes.length >= 15, `${routes.length} operations`);
  const named = new Set(routes.flatMap(({ path }) => prefixesOf(path)));
  for (const prefix of ['/api/workflows/{id}', '/api/executions/{id}', '/api/webhook-logs/{id}'])
    t.ok(named.has(prefix), prefix);
});

const isOfTenants = (route: Route) => roleOf(route) !== 'admin_key' && !route.path.startsWith(INSTALLATION);

for (const route of routes.filter(isOfTenants)) {
  const { method, path } = route;
  t.test(`${method} ${path}`, async (t) => {
    const factories = prefixesOf(path).map((prefix) => {
      const factory = OBJECTS[prefix];
      if (factory === undefined) {
        throw new Error(`Nothing is known about the object in ${prefix}: add it to OBJECTS.`);
      }
      return factory;
    });
    for (const [owner, stranger] of [
      [one, other],
      [other, one],
    ] as const) {
      const ids: string[] = [];
      for (const make of factories) ids.push(await make(owner));
      const refused = await send(route, stranger, ids);
      const nothing = await send(
        route,
        stranger,
        ids.map(() => newId()),
      );
      t.match(
        refused,
        { status: 404, json: { code: /_not_found$/ } },
        `${stranger.name} does not find what is ${owner.name}'s (400: give the operation a body in BODIES)`,
      );
      t.not(refused.json.code, 'route_not_found');
      t.same(verdict(refused), verdict(nothing), 'and cannot tell it from what does not exist');
      const answered = await send(route, owner, ids);
      const success = answered.status >= 200 && answered.status < 300;
      t.ok(
        success || isConflict(answered),
        `${owner.name}: ${answered.status} ${JSON.stringify(answered.json)}`,
      );
    }
  });
}

for (const route of routes.filter((route) => roleOf(route) === 'admin_key')) {
  t.test(`${route.method} ${route.path} is for the admin key only`, async (t) => {
    for (const id of [one.organizationId, other.organizationId, newId()]) {
      t.match(await send(route, one, [id]), { status: 403, json: { code: 'insufficient_scope' } });
    }
  });
}

t.test('what is of the whole installation is no tenant’s', async (t) => {
  const shared = described.filter(({ path }) => path.startsWith(INSTALLATION));
  t.ok(shared.length >= 6);
  for (const route of shared) {
    for (const tenant of [one, other]) {
      const answer = await send(route, tenant, ['1']);
      t.match(answer, { status: 403, json: { code: 'n8n_not_shared' } }, `${route.method} ${route.path}`);
    }
  }
});

t.test('a filter by another organization’s workflow finds as much as one by none', async (t) => {
  await received(other);
  await givenUp(other);
  await alerted(other);
  const filtered = described.filter(({ operation }) =>
    operation.parameters?.some((parameter) => parameter.in === 'query' && parameter.name === 'workflowId'),
  );
  t.ok(filtered.length >= 2);
  const seen = (answer: CallAnswer) => (answer.status === 200 ? answer.text : verdict(answer));
  for (const { method, path } of filtered) {
    const by = (workflowId: string) => ({ method, path: `${path}?workflowId=${workflowId}` });
    const tried = await callAs(one, by(other.workflowId));
    t.same(seen(tried), seen(await callAs(one, by(randomUUID()))), path);
    const own = await callAs(other, by(other.workflowId));
    t.equal(own.status, 200);
    t.notSame(seen(own), seen(tried), `${path} shows its owner more`);
  }
  const count = async (tenant: Tenant) => {
    const body = { filter: { workflowId: other.workflowId }, dryRun: true };
    return (await callAs(tenant, { method: 'POST', path: '/api/webhook-logs/retry', body })).json.matched;
  };
  t.equal(await count(one), 0);
  t.ok(Number(await count(other)) > 0);
});

t.test('no key acts for another organization by naming it', async (t) => {
  for (const path of ['/api/workflows', '/api/api-keys', `/api/workflows/${other.workflowId}`]) {
    const named = { method: 'GET', path, headers: { 'x-organization-id': other.organizationId } };
    t.match(await callAs(one, named), { status: 404, json: { code: 'organization_not_found' } }, path);
    const nobody = { ...named, headers: { 'x-organization-id': randomUUID() } };
    t.same(verdict(await callAs(one, nobody)), verdict(await callAs(one, named)));
    t.equal((await callAs(other, named)).status, 200);
  }
});
