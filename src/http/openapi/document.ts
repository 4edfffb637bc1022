/** The parts of an OpenAPI 3.1 document that are looked at here. */

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: Components;
}

export interface Components {
  schemas: Record<string, Schema>;
  responses: Record<string, ResponseObject>;
  examples: Record<string, { summary?: string; value: unknown }>;
  headers: Record<string, Header>;
  parameters: Record<string, Parameter>;
}

export interface Operation {
  operationId?: string;
  tags?: string[];
  security?: object[];
  parameters?: (Parameter | Ref)[];
  requestBody?: RequestBody;
  /** Of a route whose body is described without being checked: @fastify/swagger hands it through. */
  'x-request-body'?: RequestBody;
  'x-body-optional'?: boolean;
  responses: Record<string, ResponseObject | Ref>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface RequestBody {
  required?: boolean;
  description?: string;
  content: Record<string, Media>;
}

export interface ResponseObject {
  description: string;
  headers?: Record<string, Header | Ref>;
  content?: Record<string, Media>;
}

export interface Header {
  description?: string;
  required?: boolean;
  schema: Schema;
}

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, Ref | { value: unknown }>;
}

export interface Ref {
  $ref: string;
}

/** A JSON Schema. */
export interface Schema {
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  contentSchema?: Schema;
  anyOf?: Schema[];
  $ref?: string;
  [keyword: string]: unknown;
}

/** Every operation with the method and the path it has. */
export function operationsOf(document: Pick<Document, 'paths'>) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}
