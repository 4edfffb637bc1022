import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { Problem } from '../domain/problem.ts';
import type { ProblemCode } from '../domain/problems.ts';
import { PROBLEM_TYPE, problemBody } from './problem-body.ts';
import { createRequestIds } from './request-id.ts';

const CODES: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
};

interface AnsweringSocket extends Socket {
  /** Node's own name for the response that this connection is busy with. */
  _httpMessage?: { headersSent: boolean } | null;
}

/** Answers what never became a request: bytes that are not HTTP, headers without end, uploads that stall. */
export function createClientErrorHandler(publicUrl: () => string, log: () => FastifyBaseLogger) {
  const nextId = createRequestIds();
  return (error: NodeJS.ErrnoException, socket: AnsweringSocket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const requestId = nextId();
    const problem = new Problem(CODES[error.code ?? ''] ?? 'bad_request');
    log().info({ requestId, code: problem.code, reason: error.code }, 'http.client_error');
    // Half an answer is on its way already: ours in the middle of it would be read as part of it.
    if (socket._httpMessage?.headersSent === true) {
      socket.destroy();
      return;
    }
    // Not left half open: who stalled once would hold the connection for good.
    answerRaw(socket, problem, { requestId, publicUrl: publicUrl() }).once('finish', () => socket.destroy());
  };
}

/** Answers a connection on which there is no request, and says that it is the last answer. */
export function answerRaw(
  socket: Socket,
  problem: Problem,
  { requestId, publicUrl }: { requestId: string; publicUrl: string },
): Socket {
  const body = JSON.stringify(problemBody(problem, { requestId, url: '', publicUrl }));
  const headers = {
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...problem.headers,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`;
  return socket.end([status, ...lines, '', body].join('\r\n'));
}
