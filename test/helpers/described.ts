import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import {
  type Document,
  type Header,
  type Operation,
  operationsOf,
  type Ref,
  type ResponseObject,
} from '../../src/http/openapi/document.ts';
import type { SeenAnswer } from './conformance.ts';

export type DescribedDocument = Document & { tags: { name: string }[]; info: { description: string } };

/** The faults of a value, in words; none: it is valid. */
export type Validate = (value: unknown) => string[];

const ROOT = 'openapi';

/** Compiles schemas of a document when they are asked for, once each. `pointer` leads to the schema. */
export function createValidators(document: object): (pointer: string) => Validate {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  formats.default(ajv);
  ajv.addSchema(document, ROOT);
  const compiled = new Map<string, Validate>();
  return (pointer) => {
    const known = compiled.get(pointer);
    if (known !== undefined) return known;
    const validate = ajv.compile({ $ref: `${ROOT}#${pointer}` });
    const faults: Validate = (value) =>
      validate(value)
        ? []
        : (validate.errors ?? []).map(
            ({ instancePath, message }) => `${instancePath || 'the body'} ${message}`,
          );
    compiled.set(pointer, faults);
    return faults;
  };
}

export const pointerTo = (...keys: string[]) =>
  keys.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

/** What a reference leads to, and where that is; anything else as it is. */
export function resolve<T extends object>(
  document: object,
  part: T | Ref,
  at: string,
): { value: T; at: string } {
  if (!('$ref' in part)) return { value: part as T, at };
  const keys = part.$ref.slice(2).split('/');
  const value = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);
  return { value: value as T, at: pointerTo(...keys) };
}

export function compileDocument(document: DescribedDocument) {
  const validators = createValidators(document);
  const operations = operationsOf(document).map(({ path, method, operation }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`),
    parameters: (path.match(/\{/g) ?? []).length,
    compiled: compileOperation(document, validators, { operation, at: pointerTo('paths', path, method) }),
  }));
  // A fixed path goes before one with a parameter, as in the router.
  operations.sort((a, b) => a.parameters - b.parameters);
  return {
    problem: validators(pointerTo('components', 'schemas', 'Problem')),
    find: (method: string, path: string) =>
      operations.find(
        (candidate) =>
          (candidate.method === method || (method === 'HEAD' && candidate.method === 'GET')) &&
          candidate.pattern.test(path),
      )?.compiled,
  };
}

type Validators = ReturnType<typeof createValidators>;

function compileOperation(
  document: DescribedDocument,
  validators: Validators,
  { operation, at }: { operation: Operation; at: string },
) {
  return {
    /** A route that only a test has need not describe what it answers. */
    hasSuccess: Object.keys(operation.responses).some((status) => /^[23]/.test(status)),
    responseFor(status: number) {
      const [exact, range] = [String(status), `${Math.floor(status / 100)}XX`];
      const key = [exact, range].find((candidate) => candidate in operation.responses) ?? 'default';
      const part = operation.responses[key];
      if (part === undefined) return undefined;
      const response = resolve<ResponseObject>(document, part, at + pointerTo('responses', key));
      const faults = (answer: SeenAnswer, telling: string[]) => [
        ...headerFaults(document, validators, { ...response, answer, telling }),
        ...bodyFaults(validators, { ...response, answer }),
      ];
      return { isDefault: key === 'default', faults };
    },
  };
}

interface Described {
  value: ResponseObject;
  at: string;
  answer: SeenAnswer;
}

function headerFaults(
  document: DescribedDocument,
  validators: Validators,
  { value, at, answer, telling }: Described & { telling: string[] },
): string[] {
  const described = value.headers ?? {};
  const sent = answer.headers;
  const unknown = telling.filter((name) => sent[name] !== undefined && !(name in described));
  return [
    ...unknown.map((name) => `the header ${name} is not described`),
    ...Object.entries(described).flatMap(([name, part]) => {
      const header = resolve<Header>(document, part, at + pointerTo('headers', name));
      const text = sent[name];
      if (text === undefined) return header.value.required ? [`the header ${name} is missing`] : [];
      const isNumber = header.value.schema.type === 'integer';
      const faults = validators(`${header.at}/schema`)(isNumber ? Number(text) : String(text));
      return faults.map((fault) => `the header ${name}: ${fault}`);
    }),
  ];
}

function bodyFaults(validators: Validators, { value, at, answer }: Described): string[] {
  const { body, headers } = answer;
  if (value.content === undefined) return body ? ['it has a body'] : [];
  const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  if (!(type in value.content)) return [`its type is ${type || 'not told'}`];
  if (body === null || (body === '' && answer.method === 'HEAD')) return [];
  const validate = validators(`${at}${pointerTo('content', type)}/schema`);
  return validate(/\bjson$/.test(type) ? JSON.parse(body) : body);
}
