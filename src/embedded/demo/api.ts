import { setTimeout as delay } from 'node:timers/promises';

export interface DemoWorkflow {
  id: string;
  name: string;
  webhook: { url: string; secret?: string };
}

export interface DemoExecution {
  id: string;
  status: string;
  deliveries: {
    attempts: {
      attempt: number;
      outcome: string;
      statusCode: number | null;
      durationMs: number | null;
      response: { body: unknown } | null;
    }[];
  }[];
}

/** The few calls of the API that the demo makes, as any client would make them. */
export class DemoApi {
  readonly #baseUrl: string;
  readonly #key: string;

  constructor(baseUrl: string, key: string) {
    this.#baseUrl = baseUrl;
    this.#key = key;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** The execution when it has ended, or as it is after `limitMs`. */
  async waitForEnd(executionId: string, limitMs: number): Promise<DemoExecution> {
    const giveUpAt = performance.now() + limitMs;
    for (;;) {
      const execution = await this.call<DemoExecution>('GET', `/api/executions/${executionId}`);
      const open = ['queued', 'running', 'retrying', 'waiting'].includes(execution.status);
      if (!open || performance.now() > giveUpAt) return execution;
      await delay(100);
    }
  }
}
