/** What an evaluator is asked. `input` is JSON text: nothing is shared with what evaluates it. */
export interface EvaluationRequest {
  expression: string;
  input: string;
  limitMs: number;
  maxResultBytes: number;
}

/** What an expression came to. `truth` is what JSONata's $boolean makes of it. */
export interface EvaluationResult {
  status: 'evaluated';
  /** JSON; null: nothing. */
  json: string | null;
  truth: boolean;
}

/** What an evaluator answers. */
export type EvaluatorAnswer =
  | EvaluationResult
  | { status: 'failed'; message: string; position: number | null }
  | { status: 'timed_out' }
  | { status: 'too_large' };

/** An answer with what it cost. */
export interface Answered {
  answer: EvaluatorAnswer;
  /** Of processor time, which a busy machine does not make longer. */
  cpuMs: number;
}

/** Said once, before any answer. */
export const READY = 'ready';
