import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receiver {
  url: string;
  close(): Promise<void>;
}

/** Stands in n8n's place: answers 200 to whatever it gets, and says what that was. */
export async function startReceiver(onRequest: (line: string) => void): Promise<Receiver> {
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      const attempt = request.headers['x-hookgate-attempt'] ?? '-';
      onRequest(`${request.method} ${request.url}, ${bytes} bytes, attempt ${attempt}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ message: 'Workflow was started', bytes }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook/hookgate-demo`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
