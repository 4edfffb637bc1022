import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** A connection on which a test writes bytes of its own. */
export interface RawConnection {
  socket: Socket;
  /** The next answer, complete by its Content-Length. Rejects when the connection ends before. */
  answer(): Promise<RawAnswer>;
  /** Resolves when the connection is closed, however it was. */
  closed: Promise<void>;
}

/** Connects to the host of a URL. The test must end the connection. */
export async function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = Buffer.alloc(0);
  let ended = false;
  let look = () => undefined as unknown;
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    look();
  });
  // An answer that came before the connection broke is an answer: `answer` decides what to make of its end.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      ended = true;
      look();
      resolve();
    });
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    socket,
    closed,
    answer: () =>
      new Promise((resolve, reject) => {
        look = () => {
          const parsed = parse(received);
          if (parsed) {
            received = received.subarray(parsed.length);
            resolve(parsed.answer);
          } else if (ended) reject(new Error(`The connection ended after: ${received.toString('latin1')}`));
        };
        look();
      }),
  };
}

/** Writes one request, byte for byte, and waits for its answer. */
export async function rawRequest(url: string, ...parts: (string | Buffer)[]): Promise<RawAnswer> {
  const { socket, answer } = await rawConnection(url);
  for (const part of parts) socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
  try {
    return await answer();
  } finally {
    socket.destroy();
  }
}

function parse(bytes: Buffer): { answer: RawAnswer; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  if (status === 100) {
    const rest = parse(bytes.subarray(headEnd + 4));
    return rest && { answer: rest.answer, length: headEnd + 4 + rest.length };
  }
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < length) return null;
  return { answer: { status, headers, body: bytes.toString('utf8', headEnd + 4, length) }, length };
}
