import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { eventually } from './eventually.ts';
import type { Test } from './tap.ts';

export interface ServerEvent {
  id: string | null;
  event: string;
  data: Record<string, unknown>;
}

export interface EventReader {
  status: number;
  headers: IncomingMessage['headers'];
  /** Everything so far: events and what stands between them. */
  readonly text: string;
  /** All events so far. */
  readonly events: ServerEvent[];
  /** The event at this place, as soon as it is there. */
  at(index: number): Promise<ServerEvent>;
  /** The end of the answer: whether it was complete, or broke off. */
  ended: Promise<'complete' | 'broken'>;
  close(): void;
}

export interface EventCall {
  url: string;
  key: string;
  headers?: Record<string, string>;
}

/** Asks for server-sent events over a connection of its own, which is closed when the test ends. */
export async function readEvents(t: Test, call: EventCall): Promise<EventReader> {
  const { sent, answer } = await open(t, call);
  let text = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<'complete' | 'broken'>((resolve) => {
    answer.on('error', () => resolve('broken'));
    answer.on('close', () => resolve(answer.complete ? 'complete' : 'broken'));
  });
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    get text() {
      return text;
    },
    get events() {
      return parse(text);
    },
    at: (index) => eventually(`event ${index}`, () => parse(text)[index]),
    ended,
    close: () => sent.destroy(),
  };
}

/** Asks for server-sent events and never reads them; resolves when the answer began. */
export async function hangOnEvents(t: Test, call: EventCall): Promise<void> {
  await open(t, call);
}

async function open(t: Test, { url, key, headers = {} }: EventCall) {
  const sent: ClientRequest = request(url, {
    agent: false,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
  t.teardown(() => sent.destroy());
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  sent.on('error', () => undefined);
  return { sent, answer };
}

function parse(text: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  for (const block of text.split('\n\n').slice(0, -1)) {
    const fields = new Map(
      block.split('\n').map((line) => {
        const [name = '', ...value] = line.split(': ');
        return [name, value.join(': ')];
      }),
    );
    const data = fields.get('data');
    if (data === undefined) continue;
    events.push({
      id: fields.get('id') ?? null,
      event: fields.get('event') ?? 'message',
      data: JSON.parse(data) as Record<string, unknown>,
    });
  }
  return events;
}
