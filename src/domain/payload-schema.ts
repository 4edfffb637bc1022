import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { MAX_JSON_DEPTH, nestsWithin } from './json-limits.ts';
import type { Fault } from './problem.ts';
import { within } from './time-limit.ts';

export type PayloadSchema = Record<string, unknown> | boolean;

/** The faults of a body, pointers beginning with `/body`; empty when it matches. */
export type PayloadValidator = (body: Buffer) => Fault[];

export type CompiledSchema = { ok: true; validate: PayloadValidator } | { ok: false; detail: string };

const MAX_SCHEMA_BYTES = 65_536;
const MAX_SCHEMA_DEPTH = 64;
const COMPILE_LIMIT_MS = 1_000;
const VALIDATE_LIMIT_MS = 100;

const DRAFT_07 = 'http://json-schema.org/draft-07/schema';
const DRAFT_2020_12 = 'https://json-schema.org/draft/2020-12/schema';

/** Keywords with which a small body can cost more than time in proportion to its size. */
const COSTLY = ['pattern', 'patternProperties', 'format', 'uniqueItems', 'contains', '$ref', '$dynamicRef'];
const COSTLY_KEYWORD = new RegExp(`"(?:${COSTLY.join('|').replaceAll('$', '\\$')})":`);

/**
 * Compiles a JSON Schema of draft 2020-12 (the default) or draft-07. It comes from a tenant and judges what
 * strangers send, so neither may keep the process busy: compiling and checking are cut off after a time.
 * `detail` is fit for whoever wrote the schema.
 */
export function compilePayloadSchema(schema: PayloadSchema): CompiledSchema {
  const text = writeJson(schema);
  if (text === null) return { ok: false, detail: TOO_DEEP };
  const fault = sizeFault(text);
  if (fault !== null) return { ok: false, detail: fault };
  const draft = draftOf(schema);
  if (draft === null) return { ok: false, detail: `$schema must be ${DRAFT_2020_12} or ${DRAFT_07}#.` };
  const compiled = compile(draft, schema);
  if (typeof compiled === 'string') return { ok: false, detail: compiled };
  const limited = COSTLY_KEYWORD.test(text);
  return { ok: true, validate: (body) => judge(compiled, body, limited) };
}

const TOO_DEEP = `The schema must not nest deeper than ${MAX_SCHEMA_DEPTH}.`;

/** null: it nests deeper than the stack. */
function writeJson(value: PayloadSchema): string | null {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function sizeFault(text: string): string | null {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_SCHEMA_BYTES) return `The schema must have at most ${MAX_SCHEMA_BYTES} bytes.`;
  if (!nestsWithin(bytes, MAX_SCHEMA_DEPTH))
    return `The schema must not nest deeper than ${MAX_SCHEMA_DEPTH}.`;
  return null;
}

type Draft = typeof DRAFT_07 | typeof DRAFT_2020_12;

function draftOf(schema: PayloadSchema): Draft | null {
  const named = typeof schema === 'boolean' ? undefined : schema.$schema;
  if (named === undefined) return DRAFT_2020_12;
  const draft = typeof named === 'string' ? named.replace(/#$/, '') : null;
  return draft === DRAFT_07 || draft === DRAFT_2020_12 ? draft : null;
}

function compile(draft: Draft, schema: PayloadSchema): ValidateFunction | string {
  // An instance of its own: schemas of different tenants must not see each other's $id. Inlined, a $ref that
  // is used a thousand times would become a thousand copies of code.
  const options = {
    allErrors: false,
    inlineRefs: false,
    logger: false as const,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
  };
  try {
    const result = within(COMPILE_LIMIT_MS, () => {
      const ajv = draft === DRAFT_07 ? new Ajv(options) : new Ajv2020(options);
      addFormats.default(ajv);
      return ajv.compile(schema as AnySchema);
    });
    if (!result.inTime) return 'The schema is too complex: it takes too long to compile.';
    return '$async' in result.value ? '$async is not supported.' : result.value;
  } catch (error) {
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (error instanceof RangeError) return 'The schema is too complex.';
  const { missingRef, message } = error as { missingRef?: string; message?: string };
  if (missingRef !== undefined) {
    return `The $ref ${missingRef} does not resolve: only references within the schema are followed.`;
  }
  return `The schema is not valid: ${message ?? 'it cannot be compiled'}.`;
}

function judge(validate: ValidateFunction, body: Buffer, limited: boolean): Fault[] {
  if (!nestsWithin(body, MAX_JSON_DEPTH)) {
    return [{ pointer: '/body', detail: `Must not nest deeper than ${MAX_JSON_DEPTH}.` }];
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return [{ pointer: '/body', detail: 'The body is not valid JSON, which this webhook asks for.' }];
  }
  const result = limited
    ? within(VALIDATE_LIMIT_MS, () => validate(value))
    : { inTime: true as const, value: validate(value) };
  if (!result.inTime) {
    return [{ pointer: '/body', detail: 'Checking the body against the payload schema takes too long.' }];
  }
  if (result.value) return [];
  return (validate.errors ?? []).map((error) => ({
    pointer: `/body${error.instancePath}`,
    detail: error.message ?? 'does not match the schema',
  }));
}
