import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { MAX_ERRORS } from './validation-faults.ts';

/** Nothing that a caller sends is dropped or bent into shape. */
const STRICT: Options = {
  removeAdditional: false,
  useDefaults: true,
  allowUnionTypes: true,
  addUsedSchema: false,
};

/**
 * Two for each kind of text. The one that decides stops at the first fault, so that it looks at no item of a list that
 * is too long. The one that tells collects faults, up to a number: Ajv has no option for that, and would make an
 * object for each of the hundred thousand faults of a body.
 */
function compilers(options: Options): { decide: Ajv; tell: Ajv } {
  const make = (own: Options) => {
    const instance = new Ajv({ ...STRICT, ...options, ...own });
    formats.default(instance);
    return instance;
  };
  return {
    decide: make({ allErrors: false }),
    tell: make({ allErrors: true, code: { process: stopAtLimit } }),
  };
}

/** In the code that Ajv writes: whatever counts an error stops at the limit. */
const stopAtLimit = (code: string): string =>
  code.replace(
    /errors(?:\+\+| = vErrors\.length);/g,
    (count) => `${count}if(errors >= ${MAX_ERRORS})throw vErrors;`,
  );

const forJson = compilers({ coerceTypes: false });
const forText = compilers({ coerceTypes: 'array' });

type Parent = Parameters<ValidateFunction>[1];

/**
 * JSON knows its types, so a body is taken at its word; everything else arrives as text and is converted.
 * 'array' makes `?status=failed` a list of one where a list is asked for.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const { decide, tell } = httpPart === 'body' ? forJson : forText;
  const isValid = compile(decide, schema);
  // Few routes are ever asked wrongly, and compiling takes a while.
  let collect: ValidateFunction | null = null;
  const validate = (data: unknown, parent?: Parent): boolean => {
    if (isValid(data, parent)) return true;
    collect ??= compile(tell, schema);
    // What cannot be had twice, such as a fault that a conversion has removed, is told as it was found first.
    validate.errors = errorsOf(collect, data, parent) ?? isValid.errors ?? null;
    return false;
  };
  validate.errors = null as ErrorObject[] | null;
  // By this Fastify knows that a value can be replaced as a whole.
  validate.schemaEnv = isValid.schemaEnv;
  return validate;
};

function errorsOf(
  collect: ValidateFunction,
  data: unknown,
  parent: Parent,
): ErrorObject[] | null | undefined {
  try {
    return collect(data, parent) ? undefined : collect.errors;
  } catch (thrown) {
    if (Array.isArray(thrown)) return thrown;
    throw thrown;
  }
}

function compile(compiler: Ajv, schema: TSchema): ValidateFunction {
  // Ajv refuses to compile two schemas under one $id, but a named schema may be used by many routes.
  const named = schema as { $id?: string };
  return (named.$id === undefined ? undefined : compiler.getSchema(named.$id)) ?? compiler.compile(schema);
}
