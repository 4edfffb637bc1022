import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { RouteOptions } from 'fastify';
import { options } from '../../scripts/openapi.ts';
import { within } from '../../src/domain/time-limit.ts';
import { type App, buildApp } from '../../src/http/app.ts';
import t from '../helpers/tap.ts';

t.setTimeout(120_000);

/** What a schema may say that matters here. */
interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
}

const PARTS = ['body', 'querystring', 'params', 'headers'] as const;
const SCALARS = ['string', 'number', 'integer', 'boolean'];

/** Every route with its schemas, as registered: a new one joins by itself. */
async function allRoutes(t: { teardown: (close: () => Promise<void>) => void }) {
  const routes: RouteOptions[] = [];
  const app: App = await buildApp({
    ...options,
    maxBodyBytes: 1_048_576,
    authenticate: async () => ({
      status: 'ok',
      caller: {
        organizationId: '018f0000-0000-7000-8000-000000000001',
        scopes: new Set(['admin']),
        name: 'api_key:test',
        expiresAt: null,
      },
    }),
    publicUrl: () => 'https://hooks.example.com',
    routes: async (app) => {
      app.addHook('onRoute', (route) => {
        routes.push(route);
      });
      await options.routes(app);
    },
  });
  t.teardown(() => app.close());
  await app.ready();
  return { app, routes };
}

const nameOf = ({ method, url }: RouteOptions) => `${[method].flat().join()} ${url}`;

/** Shapes with which a body can cost more than time in proportion to its size, or whose size has no end. */
function faultsOf(schema: Schema, at: string): string[] {
  const faults: string[] = [];
  const fault = (what: string) => faults.push(`${at}: ${what}`);
  const types = [schema.type ?? []].flat();
  if (schema.enum !== undefined && types.length === 0) fault('an enum without a type');
  if (schema.uniqueItems && !SCALARS.includes(String(schema.items?.type))) {
    fault('uniqueItems of anything but one scalar type, which compares each with each');
  }
  if (types.includes('array') && schema.maxItems === undefined) fault('an array without maxItems');
  if ((schema.pattern ?? schema.format) !== undefined && schema.maxLength === undefined) {
    fault('a pattern or a format without maxLength');
  }
  const open = [schema.additionalProperties, ...Object.values(schema.patternProperties ?? {})];
  const looksAt = (value: unknown) => typeof value === 'object' && isTelling(value as Schema);
  if (open.some(looksAt) && schema.maxProperties === undefined)
    fault('any number of properties, each looked at');
  if (schema.$ref !== undefined || schema.$dynamicRef !== undefined) fault('a reference');
  for (const [path, child] of childrenOf(schema)) faults.push(...faultsOf(child, `${at}/${path}`));
  return faults;
}

/** Whether it asks for anything. */
const isTelling = (schema: Schema) =>
  Object.keys(schema).some((key) => !['title', 'description', 'examples'].includes(key));

function childrenOf(schema: Schema): [string, Schema][] {
  const named = ['properties', 'patternProperties'].flatMap((keyword) =>
    Object.entries((schema[keyword] ?? {}) as Record<string, Schema>),
  );
  const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((keyword) =>
    ((schema[keyword] ?? []) as Schema[]).map((child, i): [string, Schema] => [`${keyword}/${i}`, child]),
  );
  const single = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
    .filter((keyword) => typeof schema[keyword] === 'object')
    .map((keyword): [string, Schema] => [keyword, schema[keyword] as Schema]);
  return [...named, ...lists, ...single];
}

function* allSchemas(schema: Schema): Generator<Schema> {
  yield schema;
  for (const [, child] of childrenOf(schema)) yield* allSchemas(child);
}

const schemasOf = ({ schema }: RouteOptions, parts: readonly (typeof PARTS)[number][] = PARTS) =>
  parts.flatMap((part) =>
    schema?.[part] === undefined ? [] : [[part, schema[part] as Schema] as [string, Schema]],
  );

t.test('no route has a schema that a caller can make expensive', async (t) => {
  const { routes } = await allRoutes(t);
  t.ok(routes.length > 60);
  const faults = routes.flatMap((route) =>
    schemasOf(route).flatMap(([part, schema]) => faultsOf(schema, `${nameOf(route)} ${part}`)),
  );
  t.same([...new Set(faults)], []);
});

t.test('the walk finds what it looks for', (t) => {
  const text = { type: 'string' };
  const bad: Schema[] = [
    { enum: ['a'] },
    { type: 'array', maxItems: 1, uniqueItems: true, items: {} },
    { type: 'array', maxItems: 1, uniqueItems: true, items: { type: 'object' } },
    { type: 'array', items: text },
    { type: 'string', pattern: 'a' },
    { type: 'object', additionalProperties: text },
    { type: 'object', patternProperties: { a: text } },
    { anyOf: [{ properties: { a: { items: { enum: ['a'] } } } }] },
    { $ref: '#' },
  ];
  for (const schema of bad) t.equal(faultsOf(schema, '').length, 1, JSON.stringify(schema));
  t.end();
});

const LENGTH = 32_768;

/** Texts that make an expression try again and again: long runs of what it takes, and an end that it does not. */
function attacks(pattern: string): string[] {
  const letters = [...new Set([...pattern.replace(/\\u[0-9a-f]{4}/gi, ''), ...'a0A /.:-_%@!'])];
  const runs = letters.flatMap((a) => [a, `${a}a`, `${a}.`, `/${a}`, `${a}0`]);
  return [...new Set(runs)].flatMap((run) => {
    const text = run.repeat(LENGTH / run.length);
    return [`${text}\u0000`, `header:${text}\n`];
  });
}

t.test('no pattern and no format of a route tries again and again', async (t) => {
  const { routes } = await allRoutes(t);
  const ajv = new Ajv();
  formats.default(ajv);
  const used = routes.flatMap((route) => schemasOf(route).flatMap(([, schema]) => [...allSchemas(schema)]));
  const patterns = used.flatMap((schema) => [
    ...(typeof schema.pattern === 'string' ? [schema.pattern] : []),
    ...Object.keys(schema.patternProperties ?? {}),
  ]);
  const expressions = [...new Set(patterns)].map((pattern) => ({
    name: pattern,
    test: (text: string) => new RegExp(pattern, 'u').test(text),
  }));
  for (const name of new Set(used.flatMap(({ format }) => (typeof format === 'string' ? [format] : [])))) {
    const format = ajv.formats[name];
    const validate = typeof format === 'object' && 'validate' in format ? format.validate : format;
    const test = (text: string) =>
      validate instanceof RegExp ? validate.test(text) : (validate as (text: string) => boolean)(text);
    expressions.push({ name, test });
  }
  const isQuick = (test: (text: string) => boolean, pattern: string) =>
    within(1_000, () => attacks(pattern).every((text) => [true, false].includes(test(text)))).inTime;
  for (const { name, test } of expressions) t.ok(isQuick(test, name), name);
  const squared = /^a*a*$/;
  t.notOk(
    isQuick((text) => squared.test(text), '^a*a*$'),
    'one that does is noticed',
  );
});

/** Bodies that make much work for whoever looks at all of them. */
function junk(schema: Schema, bytes: number): string[] {
  const fill = (item: (i: number) => string, open: string, close: string) => {
    const parts: string[] = [];
    for (let size = 2, i = 0; ; i++) {
      const part = item(i);
      size += part.length + 1;
      if (size > bytes) break;
      parts.push(part);
    }
    return open + parts.join(',') + close;
  };
  const fields = Object.keys(schema.properties ?? {}).flatMap((name) =>
    [
      [(i: number) => `"${i.toString(36)}"`, '[', ']'] as const,
      [() => '{}', '[', ']'] as const,
      [(i: number) => `"k${i.toString(36)}":{}`, '{', '}'] as const,
    ].map(([item, open, close]) => `{"${name}":${fill(item, open, close).slice(0, bytes)}}`),
  );
  return [
    ...fields,
    fill((i) => `"${i.toString(36)}":0`, '{', '}'),
    fill(() => '[]', '[', ']'),
    '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
    `"${'\\u0000'.repeat(bytes / 6 - 1)}"`,
  ];
}

const spent = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

t.test('the largest bodies that a route takes cost little', async (t) => {
  const { app, routes } = await allRoutes(t);
  const measured: [string, number][] = [];
  for (const route of routes) {
    const schema = route.schema?.body as Schema | undefined;
    // The front door has a schema of each webhook's own, or none.
    if (schema === undefined || route.bodyLimit === undefined || route.url.includes('/webhooks/')) continue;
    const request = {
      method: [route.method].flat()[0] as 'POST',
      url: route.url.replaceAll(/:\w+/g, '018f0000-0000-7000-8000-000000000001'),
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    };
    for (const payload of junk(schema, route.bodyLimit - 100)) {
      // The first time a route is asked wrongly its validator is compiled.
      await app.inject({ ...request, payload: '{"no":1}' });
      const before = spent();
      const { statusCode } = await app.inject({ ...request, payload });
      measured.push([`${nameOf(route)} ${payload.slice(0, 40)}: ${statusCode}`, spent() - before]);
    }
  }
  measured.sort(([, a], [, b]) => b - a);
  for (const [name, ms] of measured.slice(0, 8)) t.comment(`${Math.round(ms)} ms ${name}`);
  t.ok(measured.length > 100);
  // The proof was 34 s. What is left is parsing a mebibyte.
  t.same(
    measured.filter(([, ms]) => ms > 500),
    [],
  );
});
