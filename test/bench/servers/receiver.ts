import { createServer } from 'node:http';

/** In n8n's place: answers every delivery at once. */
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('{"message":"Workflow was started"}'));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` });
});
