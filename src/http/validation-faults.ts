import type { Fault } from '../domain/problem.ts';

/** An error of Ajv, as far as it is looked at here. */
export interface SchemaError {
  instancePath: string;
  schemaPath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string | undefined;
}

/** How many errors are looked for: a body of a mebibyte can have a hundred thousand. More than faults, of which an `anyOf` is one. */
export const MAX_ERRORS = 200;
export const MAX_FAULTS = 100;

/**
 * Ajv's errors in words for people. `part` is the part of the request: body, query, params or headers.
 * An `anyOf` is told once, not once for each of its branches.
 */
export function faultsOf(part: string, errors: readonly SchemaError[]): Fault[] {
  let rest = withoutDoubles(errors.slice(0, MAX_ERRORS));
  for (const union of rest.filter((error) => error.keyword === 'anyOf')) rest = withoutBranches(rest, union);
  return rest.slice(0, MAX_FAULTS).map((error) => toFault(part, error));
}

/** A value that has to be one of several is not told of its type as well. */
function withoutDoubles(errors: readonly SchemaError[]): SchemaError[] {
  const parentOf = ({ schemaPath }: SchemaError) => schemaPath.slice(0, schemaPath.lastIndexOf('/'));
  const places = (keyword: string) =>
    new Set(
      errors
        .filter((error) => error.keyword === keyword)
        .map((error) => `${error.instancePath} ${parentOf(error)}`),
    );
  const enums = places('enum');
  return errors.filter(
    (error) => error.keyword !== 'type' || !enums.has(`${error.instancePath} ${parentOf(error)}`),
  );
}

const escapeKey = (key: unknown) => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

function toFault(part: string, { instancePath, keyword, params, message }: SchemaError): Fault {
  const at = `/${part}${instancePath}`;
  switch (keyword) {
    case 'required':
      return { pointer: `${at}/${escapeKey(params.missingProperty)}`, detail: 'is required' };
    case 'additionalProperties':
      return { pointer: `${at}/${escapeKey(params.additionalProperty)}`, detail: 'is not a known field' };
    case 'enum':
      return { pointer: at, detail: `must be one of: ${(params.allowedValues as unknown[]).join(', ')}` };
    case 'const':
      return { pointer: at, detail: `must be ${JSON.stringify(params.allowedValue)}` };
    case 'format':
      return { pointer: at, detail: `must be a valid ${params.format}` };
    case 'type':
      return { pointer: at, detail: `must be ${[params.type].flat().join(' or ')}` };
    default:
      return { pointer: at, detail: message ?? 'does not match the schema' };
  }
}

/** Replaces an `anyOf` error and those of its branches by what tells its sender most. */
function withoutBranches(errors: SchemaError[], union: SchemaError): SchemaError[] {
  const within = (error: SchemaError) =>
    error.schemaPath.startsWith(`${union.schemaPath}/`) && error.instancePath.startsWith(union.instancePath);
  const children = errors.filter(within);
  const branches = grouped(children, union);
  // A branch whose type or value is another one was not what the sender meant.
  const meant = [...branches.values()].filter((branch) => !branch.some((error) => isOtherKind(error, union)));
  const told = meant.length === 1 ? (meant[0] ?? []) : [{ ...union, ...summary(branches, union) }];
  return errors.flatMap((error) => (error === union ? told : within(error) ? [] : [error]));
}

function grouped(errors: SchemaError[], union: SchemaError): Map<string, SchemaError[]> {
  const groups = new Map<string, SchemaError[]>();
  for (const error of errors) {
    const branch = error.schemaPath.slice(union.schemaPath.length + 1).split('/', 1)[0] ?? '';
    groups.set(branch, [...(groups.get(branch) ?? []), error]);
  }
  return groups;
}

const isOtherKind = (error: SchemaError, union: SchemaError): boolean =>
  error.instancePath === union.instancePath && ['type', 'const', 'enum'].includes(error.keyword);

/** "must be one of" for a choice of values, "must be string or null" for a choice of types. */
function summary(branches: Map<string, SchemaError[]>, union: SchemaError): Pick<SchemaError, 'message'> {
  const own = [...branches.values()].flat().filter((error) => error.instancePath === union.instancePath);
  const values = own.flatMap(({ keyword, params }) => {
    if (keyword === 'enum') return params.allowedValues as unknown[];
    return keyword === 'const' ? [params.allowedValue] : [];
  });
  const types = own.filter((error) => error.keyword === 'type').flatMap((error) => error.params.type);
  if (values.length > 0) {
    if (types.includes('null')) values.push('null');
    return { message: `must be one of: ${[...new Set(values)].join(', ')}` };
  }
  if (types.length > 0) return { message: `must be ${[...new Set(types)].join(' or ')}` };
  return { message: 'matches none of the allowed forms' };
}
