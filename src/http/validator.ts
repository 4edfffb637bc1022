import { Ajv, type Options } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';

/** What a sender gets wrong is told completely, and nothing it sends is dropped or bent into shape. */
const STRICT: Options = {
  allErrors: true,
  removeAdditional: false,
  useDefaults: true,
  allowUnionTypes: true,
  addUsedSchema: false,
};

function ajv(options: Options): Ajv {
  const instance = new Ajv({ ...STRICT, ...options });
  formats.default(instance);
  return instance;
}

const forJson = ajv({ coerceTypes: false });
const forText = ajv({ coerceTypes: 'array' });

/**
 * JSON knows its types, so a body is taken at its word; everything else arrives as text and is converted.
 * 'array' makes `?status=failed` a list of one where a list is asked for.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiler = httpPart === 'body' ? forJson : forText;
  // Ajv refuses to compile two schemas under one $id, but a named schema may be used by many routes.
  const named = schema as { $id?: string };
  return (named.$id === undefined ? undefined : compiler.getSchema(named.$id)) ?? compiler.compile(schema);
};
