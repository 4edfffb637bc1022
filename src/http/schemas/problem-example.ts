import { PROBLEMS, type ProblemCode } from '../../domain/problems.ts';

/** What an answer with this code looks like. */
export function problemExample(code: ProblemCode) {
  const { status, title, detail } = PROBLEMS[code];
  return {
    type: `https://hooks.example.com/problems/${code}`,
    title,
    status,
    detail,
    instance: '/api/workflows/7891b16c-9f81-4005-9925-1f5b3f1783b0',
    code,
    error: title,
    requestId: '9f2c4be17a30d586-2s',
    ...(namesFaults(code) && { errors: [FAULTS[code] ?? FAULT] }),
  };
}

/** The catalogue's words are the contract: who reads "See errors" must find them. */
const namesFaults = (code: ProblemCode): boolean => PROBLEMS[code].detail.includes('See errors');

const FAULT = { pointer: '/body/name', detail: 'must be string' };
const FAULTS: Partial<Record<ProblemCode, typeof FAULT>> = {
  payload_rejected: { pointer: '/body/order/id', detail: 'is required' },
  invalid_configuration: {
    pointer: '/body/ipAllowlist/0',
    detail: 'must be an address or a CIDR range, v4 or v6',
  },
  not_grantable: { pointer: '/body/scopes/0', detail: 'is not a scope of the key that asks' },
};

interface HeaderSchema {
  type: 'string' | 'integer';
  description: string;
  required: boolean;
  minimum?: number;
}

const HEADERS = [
  {
    codes: (code) => PROBLEMS[code].detail.includes('Retry-After'),
    name: 'retry-after',
    header: { type: 'integer', minimum: 1, description: 'Seconds to wait before trying again.' },
  },
  {
    codes: (code) => code === 'unauthorized',
    name: 'www-authenticate',
    header: { type: 'string', description: 'The kind of credentials that are asked for: `Bearer`.' },
  },
  {
    codes: (code) => code === 'method_not_allowed',
    name: 'allow',
    header: { type: 'string', description: 'The methods that this path takes.' },
  },
] as const satisfies {
  codes: (code: ProblemCode) => boolean;
  name: string;
  header: Omit<HeaderSchema, 'required'>;
}[];

/** The headers that come with these problems; required where all of them have it. */
export function problemHeaders(codes: readonly ProblemCode[]): Record<string, HeaderSchema> {
  const used = HEADERS.filter(({ codes: has }) => codes.some(has));
  return Object.fromEntries(
    used.map(({ codes: has, name, header }) => [name, { ...header, required: codes.every(has) }]),
  );
}
