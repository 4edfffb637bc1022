import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkExpression } from '../../domain/expression.ts';
import type { Fault } from '../../domain/problem.ts';

interface WithExpressions {
  filter?: string | null;
  transform?: string | null;
}

/**
 * Faults in the syntax of a trigger's expressions; pointers begin with `at`. Asked before a transaction, not in it:
 * it takes long, and others would wait for the locks.
 */
export async function expressionFaults({ filter, transform }: WithExpressions, at: string): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [name, text] of Object.entries({ filter, transform })) {
    if (typeof text !== 'string') continue;
    const detail = checkExpression(text);
    if (detail !== null) faults.push({ pointer: `${at}/${name}`, detail });
    // One may take a quarter of a second, and a workflow may have a hundred of them.
    await nextTurn();
  }
  return faults;
}

/** The same of several triggers. */
export async function allExpressionFaults(
  triggers: readonly WithExpressions[],
  at: string,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [i, trigger] of triggers.entries())
    faults.push(...(await expressionFaults(trigger, `${at}/${i}`)));
  return faults;
}
