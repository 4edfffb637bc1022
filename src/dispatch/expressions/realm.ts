import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import type { EvaluationRequest, EvaluatorAnswer } from './protocol.ts';

/** Deeper than any recursion that means something; the heap would hold far more, and take a second for it. */
const MAX_DEPTH = 3_000;
const MAX_SEQUENCE = 1_000_000;

/** JSONata takes these from a browser's window, and from Node's Buffer, which a realm does not have. */
const PREPARE = `((encode, decode) => {
  globalThis.window = { btoa: (text) => encode(text), atob: (text) => decode(text) };
})`;

/**
 * Functions are left out of what becomes JSON: as the objects that they are, they would show the evaluator's
 * inside. They are told by what no data has, since a sender may well send a member named _jsonata_function.
 */
const EVALUATE = `((depth, length) => {
  const { jsonata } = window;
  const truth = jsonata('$boolean($value)');
  const isFunction = (value) =>
    typeof value === 'function' ||
    typeof value?.implementation === 'function' ||
    typeof value?.environment?.lookup === 'function';
  const withoutFunctions = (key, value) => (isFunction(value) ? undefined : value);
  let compiled = null;
  const evaluate = async (expression, input) => {
    compiled ??= jsonata(expression, { stack: depth, sequence: length });
    const value = await compiled.evaluate(JSON.parse(input));
    const isTrue = await truth.evaluate(null, { value });
    return [JSON.stringify(value, withoutFunctions) ?? null, isTrue === true];
  };
  return (expression, input, done, failed) => {
    evaluate(expression, input).then(
      (result) => done(...result),
      (error) => failed(String(error?.message), Number(error?.position ?? -1)),
    );
  };
})`;

type Evaluate = (
  expression: string,
  input: string,
  done: (json: string | null, truth: boolean) => void,
  failed: (message: string, position: number) => void,
) => void;

const scripts = {
  prepare: new vm.Script(PREPARE),
  jsonata: new vm.Script(readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8'), {
    filename: 'jsonata.js',
  }),
  evaluate: new vm.Script(EVALUATE),
  call: new vm.Script('call()'),
};

/**
 * A world of its own for one expression: whatever it might do to the objects that every program shares, it
 * does to itself. Only text goes in and comes out, so that nothing leads from it to this process.
 */
export class Realm {
  readonly #globals: { call: (() => void) | null };
  readonly #evaluate: Evaluate;

  constructor() {
    this.#globals = vm.createContext(
      { call: null },
      {
        // The promises of an evaluation are then settled within its time limit, which would not hold for them.
        microtaskMode: 'afterEvaluate',
        codeGeneration: { strings: false, wasm: false },
      },
    ) as { call: (() => void) | null };
    const run = (script: vm.Script) => script.runInContext(this.#globals) as unknown;
    const prepare = run(scripts.prepare) as (encode: Recode, decode: Recode) => void;
    prepare(
      (text) => Buffer.from(text, 'binary').toString('base64'),
      (text) => Buffer.from(text, 'base64').toString('binary'),
    );
    run(scripts.jsonata);
    const make = run(scripts.evaluate) as (depth: number, length: number) => Evaluate;
    this.#evaluate = make(MAX_DEPTH, MAX_SEQUENCE);
  }

  /** Always of the same expression. After `timed_out` the realm is of no more use. */
  evaluate({ expression, input, limitMs, maxResultBytes }: EvaluationRequest): EvaluatorAnswer {
    let answer: EvaluatorAnswer = { status: 'failed', message: 'It came to no end.', position: null };
    const done = (json: string | null, truth: boolean) => {
      const isTooLarge = json !== null && Buffer.byteLength(json) > maxResultBytes;
      answer = isTooLarge ? { status: 'too_large' } : { status: 'evaluated', json, truth };
    };
    const failed = (message: string, position: number) => {
      answer = { status: 'failed', message, position: position < 0 ? null : position };
    };
    this.#globals.call = () => this.#evaluate(expression, input, done, failed);
    try {
      scripts.call.runInContext(this.#globals, { timeout: limitMs });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      return { status: 'timed_out' };
    }
    return answer;
  }
}

type Recode = (text: string) => string;
