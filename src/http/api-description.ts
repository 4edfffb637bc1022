import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { stringify } from 'yaml';
import type { App } from './app.ts';
import { notModified } from './management/etag.ts';

interface Prepared {
  bytes: Buffer;
  type: string;
  etag: string;
}

type Document = Record<string, unknown>;

/**
 * The description of the API as bytes that are made once: anybody may ask for it, and making half a megabyte of text
 * again each time would cost everybody else their turn.
 */
export class ApiDescription {
  readonly #app: App;
  #json: Prepared | undefined;
  #yaml: Promise<Prepared> | undefined;

  constructor(app: App) {
    this.#app = app;
    // Not at the first question, whose asker would stop the process for a quarter of a second.
    app.addHook('onListen', async () => void this.#jsonBytes());
  }

  sendJson(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return send(request, reply, this.#jsonBytes());
  }

  async sendYaml(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    this.#yaml ??= toYaml(this.#app.swagger() as unknown as Document).then((text) =>
      prepare(text, 'application/yaml; charset=utf-8'),
    );
    return send(request, reply, await this.#yaml);
  }

  #jsonBytes(): Prepared {
    this.#json ??= prepare(JSON.stringify(this.#app.swagger()), 'application/json; charset=utf-8');
    return this.#json;
  }
}

function prepare(text: string, type: string): Prepared {
  const bytes = Buffer.from(text);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, type, etag };
}

function send(request: FastifyRequest, reply: FastifyReply, { bytes, type, etag }: Prepared): FastifyReply {
  // May be kept, when it is asked each time whether it changed.
  reply.header('cache-control', 'no-cache');
  if (notModified(request, reply, etag)) return reply;
  return reply.type(type).send(bytes);
}

/** Piece by piece, with a turn for everybody else between two: all at once takes most of a second. */
async function toYaml(map: Document, depth = 2): Promise<string> {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(map)) {
    if (depth > 0 && isMap(value)) {
      const inner = await toYaml(value, depth - 1);
      parts.push(`${stringify(key).trim()}:\n${inner.replace(/^(?=.)/gm, '  ')}`);
    } else {
      parts.push(stringify({ [key]: value }));
      await nextTurn();
    }
  }
  return parts.join('');
}

const isMap = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
