import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';

type Build = ReturnType<typeof SerializerSelector>;

/**
 * Fastify's own serializers, each compiled once for all routes that answer with the same schema. Nearly every route can
 * answer with the same few problems, and compiling those again for each was most of the time that a start took.
 */
export function createSerializerCompiler(): Build {
  const select = SerializerSelector();
  return (externalSchemas, options) => {
    const compile = select(externalSchemas, options);
    const known = new Map<string, ReturnType<typeof compile>>();
    return (route) => {
      const text = JSON.stringify(route.schema);
      const serializer = known.get(text) ?? compile(route);
      known.set(text, serializer);
      return serializer;
    };
  };
}
