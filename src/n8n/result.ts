/** Why n8n's public API did not do what it was asked. No variant holds anything of the API key. */
export type N8nFailure =
  /** Nobody answers there, or what answers is n8n's proxy or n8n starting. */
  | { status: 'unreachable'; detail: string }
  /** `sent`: n8n has the call and may still act on it. */
  | { status: 'timeout'; sent: boolean }
  /** 401: n8n does not know the key. */
  | { status: 'key_refused' }
  /** 403: the key lacks a scope, or n8n a licence. */
  | { status: 'forbidden'; message: string | null }
  | { status: 'not_found' }
  /** n8n understood, and will not change anything: 400, 409, 422. */
  | { status: 'refused'; statusCode: number; message: string | null }
  /** What answers is no n8n, or none this code knows. */
  | { status: 'unexpected'; detail: string };

export type N8nResult<T> = { status: 'ok'; value: T } | N8nFailure;

export const unexpected = (detail: string): N8nFailure => ({ status: 'unexpected', detail });
