import type { ExecutionEnd } from '../../execute/transition-watcher.ts';
import type { RecordedTransition } from '../../store/transitions.ts';
import type { EndEvent } from '../schemas/execution-events.ts';
import type { TransitionEvent } from '../schemas/executions.ts';
import { transitionView } from './execution-view.ts';

type Transitions = readonly RecordedTransition[];

/** JSON has no line breaks of its own, so it is always one line of data. */
const frame = (event: string, data: TransitionEvent | EndEvent, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const transitionEvent = ({ executionId, workflowId, organizationId, ...transition }: RecordedTransition) => ({
  executionId,
  workflowId,
  ...transitionView(transition),
});

/** The events of one execution, each with its seq as its id. */
export const executionFrames = (transitions: Transitions): string =>
  transitions.map((transition) => frame('transition', transitionEvent(transition), transition.seq)).join('');

export const endFrame = ({ executionId, workflowId, state }: ExecutionEnd): string =>
  frame('end', { executionId, workflowId, status: state });

const written = new WeakMap<Transitions, Buffer>();

/** The events of a feed, without ids: it cannot be resumed. Written out once for all who are given the same. */
export function feedFrames(transitions: Transitions): Buffer {
  const before = written.get(transitions);
  if (before) return before;
  const frames = transitions.map((transition) => frame('transition', transitionEvent(transition)));
  const bytes = Buffer.from(frames.join(''));
  written.set(transitions, bytes);
  return bytes;
}
