import type { Execution } from '../../src/http/schemas/executions.ts';
import type { Api } from './api.ts';
import { eventually } from './eventually.ts';

/** The execution, as soon as it has ended. */
export const ended = (api: Api, executionId: string | undefined): Promise<Execution> =>
  eventually(`the execution ${executionId} has ended`, async () => {
    const execution = await api.execution(executionId ?? '');
    return execution.finishedAt !== null && execution;
  });
