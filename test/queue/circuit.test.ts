import { createCircuit } from '../../src/queue/circuit.ts';
import t from '../helpers/tap.ts';

t.test('it lets all calls in until one fails', async (t) => {
  const circuit = createCircuit(60_000);
  t.ok(circuit.enter() && circuit.enter() && circuit.closed());
  const fault = new Error('gone');
  circuit.failed(fault);
  t.notOk(circuit.enter() || circuit.closed());
  t.equal(circuit.reason(), fault);
  circuit.succeeded();
  t.ok(circuit.enter() && circuit.closed(), 'a call from before may close it');
  t.equal(circuit.reason(), undefined);
});

t.test('when the time is up it lets one in to find out', async (t) => {
  const circuit = createCircuit(0);
  circuit.failed(new Error('gone'));
  t.ok(circuit.enter());
  t.notOk(circuit.enter(), 'one at a time');
  circuit.failed(new Error('still gone'));
  t.ok(circuit.enter());
  circuit.succeeded();
  t.ok(circuit.enter() && circuit.enter());
});
