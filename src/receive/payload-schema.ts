import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Fault } from '../domain/problem.ts';

/** The faults of a body; empty when it matches. */
export type PayloadValidator = (body: Buffer) => Fault[];

const MAX_FAULTS = 20;

/**
 * Compiles a workflow's JSON Schema (draft 2020-12).
 * @throws when the schema is not valid, with a message fit for whoever wrote it.
 */
export function compilePayloadSchema(schema: Record<string, unknown> | boolean): PayloadValidator {
  // An instance of its own: schemas of different tenants must not see each other's $id.
  const ajv = new Ajv2020({ allErrors: false, strict: false, validateFormats: true, addUsedSchema: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (body) => {
    let value: unknown;
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch {
      return [{ pointer: '/body', detail: 'The body is not valid JSON, which this webhook asks for.' }];
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).slice(0, MAX_FAULTS).map((error) => ({
      pointer: `/body${error.instancePath}`,
      detail: error.message ?? 'does not match the schema',
    }));
  };
}
