import { hoistProblems, hoistSchema } from './components.ts';
import { composeExample } from './compose-example.ts';
import {
  type Components,
  type Document,
  type Header,
  type Media,
  type Operation,
  operationsOf,
  type Parameter,
  type Ref,
  type ResponseObject,
} from './document.ts';

const REQUEST_ID: Header = {
  description: 'Names this request in the log; problems repeat it.',
  required: true,
  schema: { type: 'string', examples: ['req-4f2a9c1e-000017'] },
};

const ORGANIZATION_ID: Parameter = {
  name: 'x-organization-id',
  in: 'header',
  required: false,
  description: 'For the admin key only: the organization to act for. Without it, the `default` one.',
  schema: { $ref: '#/components/schemas/Id' },
};

/**
 * Completes what @fastify/swagger makes of the routes: examples where the schemas have them, what is used in
 * many places moved to the components, and what is true of every answer. New routes get all of it by themselves.
 */
export function completeDocument(document: Document): Document {
  const { components } = document;
  components.responses = {};
  components.examples = {};
  components.headers = { 'x-request-id': REQUEST_ID };
  components.parameters = { 'x-organization-id': ORGANIZATION_ID };
  for (const { path, operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) completeParameter(path, parameter, components);
    if (needsKey(operation)) {
      const ofOrganization = { $ref: '#/components/parameters/x-organization-id' };
      operation.parameters = [...(operation.parameters ?? []), ofOrganization];
    }
    completeBody(operation);
    for (const response of Object.values(operation.responses)) completeResponse(response as ResponseObject);
  }
  shareExamples(document);
  for (const { operation } of operationsOf(document)) hoist(operation, components);
  return document;
}

const needsKey = ({ security = [] }: Operation): boolean => security.length > 0;

function completeParameter(path: string, parameter: Parameter | Ref, { schemas }: Components): void {
  if ('$ref' in parameter) return;
  if (parameter.in === 'path' && parameter.name === 'id') {
    parameter.description ??= `The id of the ${thingBefore(path)}.`;
  }
  // To the validator a property with a default is required, for it fills it in before; a caller may leave it out.
  if (parameter.schema.default !== undefined) parameter.required = false;
  parameter.schema = hoistSchema(parameter.schema, schemas);
}

const ACRONYMS: Record<string, string> = { api: 'API' };

/** `/api/webhook-logs/{id}` is about a webhook log. */
function thingBefore(path: string): string {
  const words = /([a-z-]+)s\/\{id\}/.exec(path)?.[1]?.split('-') ?? ['object'];
  return words.map((word) => ACRONYMS[word] ?? word).join(' ');
}

function completeBody(operation: Operation): void {
  const { 'x-request-body': described } = operation;
  if (described !== undefined) operation.requestBody = described;
  delete operation['x-request-body'];
  if (operation['x-body-optional'] && operation.requestBody !== undefined)
    operation.requestBody.required = false;
  delete operation['x-body-optional'];
  for (const media of Object.values(operation.requestBody?.content ?? {})) addExample(media);
}

function addExample(media: Media): void {
  if (media.example !== undefined || media.examples !== undefined || media.schema === undefined) return;
  const composed = composeExample(media.schema);
  if (composed !== undefined) media.example = composed.value;
}

function completeResponse(response: ResponseObject): void {
  const headers: Record<string, Header | Ref> = {};
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    const { schema, ...rest } = header as Header;
    const { required, ...own } = schema;
    headers[name] = { ...rest, required: required !== false, schema: own };
  }
  response.headers = { ...headers, 'x-request-id': { $ref: '#/components/headers/x-request-id' } };
  for (const media of Object.values(response.content ?? {})) addExample(media);
}

/** An example that several answers have is written once. */
function shareExamples(document: Document): void {
  const users = new Map<string, { media: Media; name: string }[]>();
  for (const { operation } of operationsOf(document)) {
    const { operationId = '', requestBody, responses } = operation;
    const contents = [requestBody, ...Object.values(responses)].map(
      (part) => (part as ResponseObject)?.content,
    );
    for (const media of contents.flatMap((content) => Object.values(content ?? {}))) {
      if (media.example === undefined) continue;
      const key = JSON.stringify(media.example);
      users.set(key, [...(users.get(key) ?? []), { media, name: media.schema?.title ?? operationId }]);
    }
  }
  const { examples } = document.components;
  for (const [key, uses] of users) {
    const name = uses[0]?.name ?? '';
    // A small one is read where it stands.
    if (uses.length === 1 || name in examples || key.length < 100) continue;
    examples[name] = { value: uses[0]?.media.example };
    for (const { media } of uses) {
      delete media.example;
      media.examples = { [name]: { $ref: `#/components/examples/${name}` } };
    }
  }
}

function hoist(operation: Operation, components: Components): void {
  const { requestBody, responses } = operation;
  const hoistMedia = (content: Record<string, Media> = {}) => {
    for (const media of Object.values(content)) {
      if (media.schema !== undefined) media.schema = hoistSchema(media.schema, components.schemas);
    }
  };
  hoistMedia(requestBody?.content);
  for (const [status, response] of Object.entries(responses)) {
    hoistMedia((response as ResponseObject).content);
    responses[status] = hoistProblems(response as ResponseObject, components);
  }
}
